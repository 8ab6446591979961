#include "ingest/simulate/commerce.h"

#include <algorithm>
#include <iterator>

#include "ingest/simulate/traffic_mix.h"

namespace clew::simulate {
namespace {

constexpr const char* kShops[] = {"Alder Books",   "Birch Hosting",  "Cedar VPN",
                                  "Dogwood Games", "Elm Gift Cards", "Fir Payments"};
constexpr const char* kPools[] = {"North Pool", "South Pool", "East Pool", "West Pool"};
constexpr std::size_t kPayoutMax = 25;
constexpr std::uint32_t kPayoutPause = 3;  // blocks

Habits reusing(Scheme scheme) {
  Habits habits;
  habits.scheme = scheme;
  habits.reuses_addresses = true;
  return habits;
}

// Sends up to `most` of a wallet's coins to one place; false if they are not worth the fee.
bool send_all(World& world, WalletId from, const Spot& to, std::size_t most) {
  Wallet& w = world.wallet(from);
  Draft draft;
  draft.note = "sale of earnings";
  std::int64_t sum = 0;
  while (w.size() != 0 && draft.inputs.size() < most) {
    draft.inputs.push_back(w.take_any(world.rng));
    sum += draft.inputs.back().value;
  }
  draft.outputs.push_back({to, 0});
  draft.outputs[0].value = sum - world.fee(draft.inputs, draft.outputs);
  if (draft.inputs.empty() || draft.outputs[0].value < kDust) {
    for (Coin& coin : draft.inputs)
      w.receive(std::move(coin));
    return false;
  }
  world.send(std::move(draft));
  return true;
}

}  // namespace

Merchant::Merchant(World& world, std::uint32_t number, Exchange& bank)
    : world_(world), bank_(bank) {
  const Owner owner{Kind::merchant, number};
  Habits habits;
  habits.scheme = number % 2 == 0 ? Scheme::p2wpkh : Scheme::p2sh_segwit;
  till_ = world.open_wallet(owner, habits);
  published_ = world.fresh(till_, Role::receive);
  Label label;
  label.name = kShops[(number - 1) % std::size(kShops)];
  label.category = number % 2 == 0 ? "shop" : "payment_processor";
  label.actor = name(owner);
  world.publish(published_, label, true);
}

Spot Merchant::checkout(bool known) {
  if (known || world_.rng.percent(mix_of(world_.options().profile).published_tills))
    return published_;
  return world_.fresh(till_, Role::receive);
}

void Merchant::step() {
  constexpr std::size_t kSaleMin = 6, kSaleMax = 40;  // coins
  while (world_.wallet(till_).size() >= kSaleMin)
    if (!send_all(world_, till_, bank_.deposit_spot(till_), kSaleMax)) return;
}

Pool::Pool(World& world, std::uint32_t number, Exchange& bank, const std::vector<WalletId>& miners)
    : world_(world), bank_(bank), miners_(miners) {
  const Owner owner{Kind::pool, number};
  purse_ = world.open_wallet(owner, reusing(number % 2 == 0 ? Scheme::p2pkh : Scheme::p2wpkh));
  published_ = world.fresh(purse_, Role::payout);
  Label label;
  label.name = kPools[(number - 1) % std::size(kPools)];
  label.category = "miner";
  label.actor = name(owner);
  world.publish(published_, label, true);
  world.wallet(purse_).reused = published_;
  tag_ = "/" + label.name + "/";
}

void Pool::step() {
  Wallet& purse = world_.wallet(purse_);
  // Rewards shrink with the subsidy: pay out when enough has come together to be worth the fee.
  if (purse.balance() < 5 * kBitcoin && purse.size() < 50) return;
  if (world_.height() % kPayoutPause != 0) return;
  const std::int64_t share = purse.balance() / 2;
  const std::size_t miners = std::min(kPayoutMax, miners_.size());
  std::vector<Payment> payments;
  for (std::size_t i = 0; i < miners; ++i) {
    const std::int64_t part = share / static_cast<std::int64_t>(miners);
    const std::int64_t value = part - world_.rng.between(0, part / 3);
    if (value < 10 * kDust) continue;
    payments.push_back({world_.receiving(miners_[(world_.height() + i) % miners_.size()]), value});
  }
  payments.push_back({bank_.deposit_spot(purse_), purse.balance() - share - purse.balance() / 20});
  if (payments.back().value < 10 * kDust) return;
  world_.pay(purse_, std::move(payments), {}, std::min<std::size_t>(purse.size(), 100));
}

void sell_payouts(World& world, WalletId miner, Exchange& bank) {
  if (world.wallet(miner).size() < 4 || !world.rng.percent(30)) return;
  send_all(world, miner, bank.deposit_spot(miner), 30);
}

}  // namespace clew::simulate
