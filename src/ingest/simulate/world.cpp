#include "ingest/simulate/world.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <numeric>

#include "base/sha256.h"
#include "chain/bitcoin/block.h"
#include "ingest/simulate/fifo.h"

namespace clew::simulate {
namespace {

constexpr std::uint32_t kFirstTime = 1'704'067'200;  // 2024-01-01, when block 1 is found
constexpr std::uint32_t kMaturity = 100;             // blocks before a coinbase can be spent
constexpr std::uint32_t kFeeRateMin = 2, kFeeRateMax = 60;

// A broken rule here is a bug of the simulator, never of its input: a false world is worse than
// none.
void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "clew: simulator: %s\n", what);
  std::abort();
}

template <class Range>
std::int64_t total(const Range& parts) {
  std::int64_t sum = 0;
  for (const auto& part : parts)
    sum += part.value;
  return sum;
}

}  // namespace

World::World(const Options& options)
    : rng(options.seed),
      options_(options),
      chain_(*bitcoin::find_chain("regtest")),
      keys_(options.seed),
      assembler_(keys_) {}

std::uint32_t World::traffic() const {
  if (options_.transactions_per_block != 0) return options_.transactions_per_block;
  return options_.profile == Profile::benchmark ? 2'000 : 12;
}

WalletId World::open_wallet(Owner owner, Habits habits) {
  wallets_.emplace_back(owner, habits);
  return static_cast<WalletId>(wallets_.size() - 1);
}

Spot World::fresh(WalletId id, Role role) {
  return fresh(id, role, wallet(id).habits().scheme);
}

Spot World::fresh(WalletId id, Role role, Scheme scheme) {
  Spot spot;
  spot.key = next_key_++;
  spot.wallet = id;
  spot.scheme = scheme;
  spot.role = role;
  return spot;
}

Spot World::receiving(WalletId id) {
  Wallet& w = wallet(id);
  if (!w.habits().reuses_addresses) return fresh(id, Role::receive);
  if (!w.reused) w.reused = fresh(id, Role::receive);
  return *w.reused;
}

void World::publish(Spot& spot, Label label, bool service) {
  label.address = address_text(spot);
  spot.label = labels_.add(std::move(label));
  spot.service = service;
}

std::string World::address_text(const Spot& spot) const {
  const auto address = keys_.address(spot);
  return address ? bitcoin::encode(*address, chain_) : std::string();
}

void World::note_address(const Spot& spot) {
  if (!has_address(spot.scheme)) return;
  if (paid_keys_.size() <= spot.key) paid_keys_.resize(spot.key + 1 + spot.key / 2);
  if (paid_keys_[spot.key]) return;
  paid_keys_[spot.key] = true;
  ++summary_.addresses;
  if (options_.profile == Profile::benchmark) return;
  const Owner& owner = wallet(spot.wallet).owner();
  address_lines_.push_back(address_text(spot) + "," + name(owner) + "," +
                           std::string(name(owner.kind)) + "," + std::string(name(spot.role)));
}

Sent World::send(Draft draft) {
  const std::int64_t in = total(draft.inputs);
  const std::int64_t out = total(draft.outputs);
  require(!draft.inputs.empty() && !draft.outputs.empty(), "a transaction without sides");
  require(in >= out, "a transaction pays more than it takes");
  Sent sent;
  sent.txid = assembler_.add(draft, in - out);
  sent.coins.resize(draft.outputs.size());
  for (std::size_t i = 0; i < draft.outputs.size(); ++i) {
    const Payment& payment = draft.outputs[i];
    sent.coins[i] = {sent.txid, static_cast<std::uint32_t>(i), height_, payment.value, payment.to,
                     nullptr};
    note_address(payment.to);
  }
  if (Trails::concerns(draft)) trails_.move(draft, {sent.txid, height_, time_}, sent.coins);
  for (std::size_t i = 0; i < draft.outputs.size(); ++i) {
    if (draft.outputs[i].held || draft.outputs[i].to.scheme == Scheme::op_return) continue;
    wallet(draft.outputs[i].to.wallet).receive(sent.coins[i]);
  }
  if (draft.coinjoin != CoinJoin::none) {
    ++summary_.coinjoins;
    coinjoin_lines_.push_back(to_display(sent.txid) + "," + std::string(name(draft.coinjoin)));
  }
  ++summary_.transactions;
  summary_.inputs += draft.inputs.size();
  summary_.outputs += draft.outputs.size();
  summary_.output_value += out;
  return sent;
}

std::int64_t World::fee(std::span<const Coin> inputs, std::span<const Payment> outputs) const {
  std::int64_t vbytes = 11;
  for (const Coin& coin : inputs)
    vbytes += input_vbytes(coin.spot.scheme);
  for (const Payment& payment : outputs)
    vbytes += output_vbytes(payment.to.scheme);
  return vbytes * fee_rate_;
}

void World::order_change(Draft& draft, const Wallet& wallet, Payment change) {
  std::size_t place = draft.outputs.size();
  if (wallet.habits().change == Habits::Change::first) place = 0;
  if (wallet.habits().change == Habits::Change::anywhere) place = rng.below(place + 1);
  draft.outputs.insert(draft.outputs.begin() + static_cast<std::ptrdiff_t>(place), change);
}

std::optional<Sent> World::pay(WalletId from, std::vector<Payment> outputs, std::string_view note,
                               std::size_t inputs_wanted) {
  Wallet& w = wallet(from);
  const std::int64_t wanted = total(outputs);
  if (w.balance() < wanted) return std::nullopt;
  Draft draft;
  draft.note = note;
  draft.outputs = std::move(outputs);
  std::int64_t sum = 0;
  const auto short_of = [&] { return sum < wanted + fee(draft.inputs, draft.outputs); };
  while (w.size() != 0 && (short_of() || draft.inputs.size() < inputs_wanted)) {
    draft.inputs.push_back(w.take_any(rng));
    sum += draft.inputs.back().value;
  }
  if (short_of()) {
    for (Coin& coin : draft.inputs)
      w.receive(std::move(coin));
    return std::nullopt;
  }
  const Spot back = w.habits().reuses_addresses ? receiving(from) : fresh(from, Role::change);
  Payment change{back, 0};
  draft.outputs.push_back(change);
  change.value = sum - wanted - fee(draft.inputs, draft.outputs);
  draft.outputs.pop_back();
  if (change.value >= kDust) order_change(draft, w, change);
  draft.lock_time = w.habits().locks_to_height ? height_ - 1 : 0;
  draft.sequence = w.habits().replaceable       ? 0xfffffffd
                   : w.habits().locks_to_height ? 0xfffffffe
                                                : 0xffffffff;
  return send(std::move(draft));
}

void World::at_height(std::uint32_t height, std::function<void()> step) {
  agenda_.emplace(height, std::move(step));
}

void World::run_agenda() {
  while (!agenda_.empty() && agenda_.begin()->first <= height_) {
    const auto step = std::move(agenda_.begin()->second);
    agenda_.erase(agenda_.begin());
    step();
  }
}

void World::begin_block() {
  ++height_;
  // About ten minutes apart, and never earlier than the block before.
  time_ = height_ == 1 ? kFirstTime : time_ + 1 + static_cast<std::uint32_t>(rng.below(1200));
  change_fee_rate();
  mature_coinbases();
  assembler_.clear();
}

void World::change_fee_rate() {
  const auto step = rng.between(-1, 1) * static_cast<std::int64_t>(1 + fee_rate_ / 10);
  const auto rate = static_cast<std::int64_t>(fee_rate_) + step;
  fee_rate_ = static_cast<std::uint32_t>(std::clamp<std::int64_t>(rate, kFeeRateMin, kFeeRateMax));
}

void World::mature_coinbases() {
  while (!immature_.empty() && immature_.front().height + kMaturity <= height_) {
    Coin& coin = immature_.front();
    wallet(coin.spot.wallet).receive(std::move(coin));
    immature_.pop_front();
  }
}

Bytes World::finish_block(Spot miner, std::string_view tag) {
  BlockPlan plan;
  plan.previous = tip_;
  plan.height = height_;
  plan.time = time_;
  plan.tag = tag;
  plan.transactions = assembler_.size();
  plan.rewards = {{miner, bitcoin::subsidy(chain_, height_) + assembler_.fees()}};
  const std::int64_t reward = plan.rewards[0].value;
  AssembledBlock block = assembler_.assemble(plan);
  note_address(miner);
  if (reward > 0) immature_.push_back({block.coinbase_txid, 0, height_, reward, miner, nullptr});
  tip_ = block.hash;
  ++summary_.blocks;
  ++summary_.transactions;
  ++summary_.inputs;
  summary_.outputs += 2;  // the reward and the witness commitment
  summary_.output_value += reward;
  summary_.tip_height = height_;
  summary_.tip_hash = tip_;
  return std::move(block.raw);
}

AssembledBlock World::stale_block(const Hash256& previous, std::uint32_t height, Spot miner,
                                  std::size_t transactions) {
  BlockPlan plan;
  plan.previous = previous;
  plan.height = height;
  plan.time = time_ + 1;
  plan.tag = "/stale/";
  plan.transactions = std::min(transactions, assembler_.size());
  plan.rewards = {{miner, bitcoin::subsidy(chain_, height)}};
  ++summary_.stale_blocks;
  return assembler_.assemble(plan);
}

void World::adopt_genesis() {
  const Bytes raw = genesis_block();
  tip_ = bitcoin::block_hash(ByteView(raw).first(bitcoin::kHeaderSize));
  summary_.blocks = summary_.transactions = summary_.inputs = summary_.outputs = 1;
  summary_.addresses = 1;
  summary_.output_value = 50 * kBitcoin;
  summary_.tip_hash = tip_;
}

}  // namespace clew::simulate
