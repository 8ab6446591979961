#include "ingest/simulate/ethereum/world.h"

#include <algorithm>
#include <cassert>

#include "base/keccak.h"
#include "chain/evm/rlp_writer.h"
#include "ingest/simulate/ethereum/amount.h"

namespace clew::simulate::ethereum {
namespace {

using chain::TransferKind;
using evm::TransactionType;

constexpr std::uint64_t kFirstTime = 1'748'736'000;  // 1 June 2025
constexpr std::uint64_t kSlot = 12;                  // seconds
constexpr std::uint64_t kTransactionGas = 21'000, kCreationGas = 32'000;
constexpr std::uint64_t kGasPerBlob = 131'072;
// What an average transaction takes; half the limit is what the base fee aims at.
constexpr std::uint64_t kMeanGas = 75'000, kGasLimitMin = 30'000'000;

std::uint64_t gas_limit_of(const WorldOptions& options) {
  return std::max(kGasLimitMin, 2 * kMeanGas * options.transactions_per_block);
}

std::uint64_t intrinsic_gas(const Request& request) {
  constexpr std::uint64_t kListedAddress = 2'400, kAuthorization = 25'000;
  std::uint64_t gas = kTransactionGas + input_gas(request.input);
  if (request.creates) gas += kCreationGas + (request.input.size() + 31) / 32 * 2;
  if (!request.access_list.empty()) gas += kListedAddress + 1'900;
  if (!request.authorizations.empty()) gas += kAuthorization;
  return gas;
}

// Data costs so much at least (EIP-7623).
std::uint64_t floor_gas(const Request& request) {
  return kTransactionGas + input_gas(request.input) / 4 * 10;
}

// The list of a transaction's fields without the three of its signature, which were encoded as
// zeros.
Bytes without_signature(const Bytes& encoded, bool typed) {
  const std::size_t start = typed ? 1 : 0;
  const std::uint8_t prefix = encoded[start];
  const std::size_t digits = prefix > 0xf7 ? prefix - 0xf7u : 0;
  const ByteView payload = ByteView(encoded).subspan(start + 1 + digits);
  Bytes out(encoded.begin(), encoded.begin() + static_cast<std::ptrdiff_t>(start));
  evm::append_list_prefix(out, payload.size() - 3);
  out.insert(out.end(), payload.begin(), payload.end() - 3);
  return out;
}

}  // namespace

World::World(const WorldOptions& options)
    : rng(options.seed), options_(options), keys_(options.seed) {}

AccountId World::open_account(Party party, Role role) {
  Account account;
  account.key = next_key_++;
  account.address = keys_.address(account.key);
  account.party = party;
  account.role = role;
  return state.add(account);
}

AccountId World::open_contract_at(const Address& address, Party party) {
  Account account;
  account.address = address;
  account.party = party;
  account.role = Role::contract;
  account.nonce = 1;
  account.has_code = true;
  return state.add(account);
}

AccountId World::open_contract(AccountId creator, Party party) {
  return open_contract_at(evm::contract_address(state[creator].address, state[creator].nonce),
                          party);
}

// One key in 2^16 will do, which takes a fifth of a second to find.
AccountId World::open_lookalike(const Address& original, Party party) {
  Address address;
  do {
    address = keys_.address(next_key_++);
  } while (address.front() != original.front() || address.back() != original.back());
  Account account;
  account.key = next_key_ - 1;
  account.address = address;
  account.party = party;
  account.role = Role::lookalike;
  return state.add(account);
}

evm::Authorization World::authorize(AccountId account, const Address& code) const {
  evm::Authorization authorization;
  authorization.chain_id = U256(options_.chain_id);
  authorization.address = code;
  authorization.nonce = state[account].nonce + 1;
  Bytes message = {0x05};
  evm::RlpWriter writer(message);
  writer.open();
  writer.write_u64(options_.chain_id);
  writer.write_bytes(code);
  writer.write_u64(authorization.nonce);
  writer.close();
  const Signature signature = keys_.sign(state[account].key, keccak256(message));
  authorization.r = signature.r;
  authorization.s = signature.s;
  authorization.y_parity = signature.y_odd ? 1 : 0;
  return authorization;
}

std::string World::text(AccountId account) const {
  return evm::to_text(state[account].address);
}

void World::publish(AccountId account, Label label, Ending ending) {
  label.address = text(account);
  state[account].label = labels.add(std::move(label));
  state[account].ending = ending;
}

GasPrice World::draw_price() {
  GasPrice price;
  price.tip = U256(50'000'000 + rng.below(2 * kGwei));
  price.most = plus(plus(base_fee(), share(base_fee(), rng.below(100), 100)), price.tip);
  return price;
}

U256 World::gas_cost_most(std::uint64_t gas) const {
  return times(plus(times(base_fee(), 2), U256(3 * kGwei)), gas);
}

bool World::affords(AccountId account, const U256& value, std::uint64_t gas) const {
  return state[account].ether >= plus(value, gas_cost_most(gas));
}

Sent World::pay(AccountId from, AccountId to, const U256& value) {
  return transact({.sender = from, .to = to, .value = value});
}

std::optional<Sent> World::pay_all(AccountId from, AccountId to) {
  const GasPrice drawn = draw_price();
  const GasPrice price{drawn.tip, plus(base_fee(), drawn.tip)};
  const U256 fee = times(price.most, kTransactionGas);
  if (state[from].ether <= fee) return std::nullopt;
  return transact(
      {.sender = from, .to = to, .value = minus(state[from].ether, fee), .price = price});
}

evm::Transaction World::fill(const Request& request, std::uint64_t gas_limit,
                             const GasPrice& price) {
  evm::Transaction tx;
  tx.type = request.type.value_or(rng.percent(12) ? TransactionType::legacy
                                                  : TransactionType::dynamic_fee);
  tx.chain_id = options_.chain_id;
  tx.nonce = state[request.sender].nonce;
  tx.max_priority_fee = price.tip;
  tx.max_fee = price.most;
  // One price for all gas: what is over the base fee is the tip.
  if (tx.type < TransactionType::dynamic_fee)
    tx.max_fee = tx.max_priority_fee = plus(base_fee(), price.tip);
  tx.gas_limit = gas_limit;
  if (!request.creates) tx.to = state[request.to].address;
  tx.value = request.value;
  tx.input = request.input;
  tx.access_list = request.access_list;
  tx.blob_hashes = request.blob_hashes;
  tx.blob_count = request.blobs;
  tx.authorizations = request.authorizations;
  if (tx.type == TransactionType::blob) tx.max_blob_fee = U256(kGwei);
  return tx;
}

// A legacy transaction is signed with its chain in the place of v (EIP-155), the others without
// the fields of the signature.
Bytes World::sign(evm::Transaction& tx, AccountId sender) const {
  const bool typed = tx.type != TransactionType::legacy;
  tx.v = typed ? 0 : options_.chain_id;
  Bytes unsigned_tx = evm::encode_transaction(tx);
  if (typed) unsigned_tx = without_signature(unsigned_tx, typed);
  const Signature signature = keys_.sign(state[sender].key, keccak256(unsigned_tx));
  tx.r = signature.r;
  tx.s = signature.s;
  tx.v = (signature.y_odd ? 1 : 0) + (typed ? 0 : 35 + 2 * options_.chain_id);
  return evm::encode_transaction(tx);
}

// The tip is the builder's. The base fee is burnt, and what blobs cost, of which there are so few
// that their gas costs one wei.
std::vector<Move> World::charge(const Request& request, const GasPrice& price,
                                std::uint64_t gas_used) {
  const U256 tip = std::min(price.tip, minus(price.most, base_fee()));
  const std::pair<AccountId, U256> parts[] = {{builder_, times(tip, gas_used)},
                                              {kNobody, times(base_fee(), gas_used)},
                                              {kNobody, U256(request.blobs * kGasPerBlob)}};
  std::vector<Move> fees;
  std::uint32_t place = 0;
  for (const auto& [to, value] : parts) {
    const Move move{TransferKind::fee,
                    kEther,
                    request.sender,
                    to,
                    value,
                    static_cast<std::uint32_t>(maker_.size()),
                    place++};
    if (value.is_zero()) continue;
    state.apply(move);
    fees.push_back(move);
  }
  return fees;
}

Sent World::transact(Request request, const Body& body) {
  const Start start{state[request.sender].ether, effects_.moves.size()};
  const auto position = static_cast<std::uint32_t>(maker_.size());
  loot.begin_transaction({{}, position, number(), time()}, request.begins_trail);
  state[request.sender].seen = true;
  Execution execution(state, effects_, loot, position, request.sender);
  Message message;
  message.kind = request.creates ? evm::CallKind::create : evm::CallKind::call;
  message.to = request.to;
  message.value = request.value;
  message.input = request.input;
  const bool fails = !request.error.empty();
  fails ? execution.enter_failing(message) : execution.enter(message);
  const Bytes output = body ? body(execution) : Bytes();
  fails ? execution.leave_failed(request.error, output) : execution.leave(output);
  DoneTransaction done;
  done.sender = request.sender;
  done.success = !fails;
  done.blobs = request.blobs;
  done.intrinsic_gas = intrinsic_gas(request);
  done.gas_used = std::max(done.intrinsic_gas + execution.spent(), floor_gas(request));
  const GasPrice price = request.price ? *request.price : draw_price();
  finish_transaction(request, price, start, done);
  return {maker_[position].hash, position, maker_[position].gas_used};
}

void World::finish_transaction(const Request& request, const GasPrice& drawn, const Start& start,
                               DoneTransaction done) {
  const bool plain = done.gas_used == kTransactionGas;
  done.gas_limit = plain ? done.gas_used : done.gas_used * (105 + rng.below(60)) / 100;
  GasPrice price = drawn;
  const U256 blob_gas(request.blobs * kGasPerBlob * kGwei);
  if (start.ether < plus(plus(request.value, times(price.most, done.gas_limit)), blob_gas)) {
    price.most = plus(base_fee(), price.tip);
    done.gas_limit = done.gas_used;
  }
  if (request.burns_limit) done.gas_used = done.gas_limit;
  assert(start.ether >= plus(plus(request.value, times(price.most, done.gas_limit)), blob_gas));
  assert(done.gas_used <= gas_left());
  const std::vector<Move> fees = charge(request, price, done.gas_used);
  effects_.moves.insert(effects_.moves.begin() + static_cast<std::ptrdiff_t>(start.move),
                        fees.begin(), fees.end());
  evm::Transaction tx = fill(request, done.gas_limit, price);
  ++state[request.sender].nonce;
  done.type = tx.type;
  const Bytes raw = sign(tx, request.sender);
  done.hash = keccak256(raw);
  loot.end_transaction(state, done.hash, fees);
  maker_.add(done, raw);
}

void World::at_block(std::uint64_t at, Step step) {
  agenda_.emplace(at, std::move(step));
}

std::vector<Step> World::due_steps() {
  std::vector<Step> due;
  const auto end = agenda_.upper_bound(number());
  for (auto it = agenda_.begin(); it != end; ++it)
    due.push_back(std::move(it->second));
  agenda_.erase(agenda_.begin(), end);
  return due;
}

MadeBlock World::make_genesis() {
  maker_.begin_genesis(kFirstTime, gas_limit_of(options_), U256(12 * kGwei));
  return maker_.finish(state, effects_, {}, rng.next());
}

// Now and then a slot stays empty.
void World::begin_block() {
  effects_.clear();
  withdrawals_.clear();
  std::uint64_t slots = 1;
  while (rng.below(200) == 0)
    ++slots;
  maker_.begin(maker_.header(), maker_.hash(), time() + slots * kSlot, state[builder_].address);
}

void World::withdraw(std::uint64_t validator, AccountId to, std::uint64_t gwei) {
  evm::Withdrawal withdrawal;
  withdrawal.index = next_withdrawal_++;
  withdrawal.validator = validator;
  withdrawal.address = state[to].address;
  withdrawal.amount = gwei;
  const Move move{TransferKind::withdrawal,
                  kEther,
                  kNobody,
                  to,
                  from_gwei(gwei),
                  chain::Transfer::kNoTx,
                  static_cast<std::uint32_t>(withdrawals_.size())};
  withdrawals_.push_back(withdrawal);
  state.apply(move);
  loot.begin_transaction({{}, move.tx, number(), time()}, 0);
  loot.note(state, move);
  loot.end_transaction(state, {}, {});
  effects_.moves.push_back(move);
}

MadeBlock World::finish_block() {
  truth.transfer_count += effects_.moves.size();
  if (options_.transfers)
    for (const Move& move : effects_.moves)
      truth.add_transfer(state, number(), move);
  return maker_.finish(state, effects_, withdrawals_, rng.next());
}

}  // namespace clew::simulate::ethereum
