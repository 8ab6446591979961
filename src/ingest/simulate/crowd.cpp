#include "ingest/simulate/crowd.h"

#include <algorithm>

namespace clew::simulate {
namespace {

constexpr std::int64_t kSupply = 4'000 * kBitcoin;  // that users may hold together
constexpr std::int64_t kPriceMin = 20 * kDust;

}  // namespace

Crowd::Crowd(World& world, std::vector<Exchange>& exchanges, std::vector<Merchant>& merchants,
             std::uint32_t users)
    : world_(world),
      mix_(mix_of(world.options().profile)),
      exchanges_(exchanges),
      merchants_(merchants) {
  for (std::uint32_t i = 1; i <= users; ++i)
    users_.push_back(
        world.open_wallet({Kind::user, i}, draw_habits(world.rng, mix_.reusing_users)));
  ration_ = std::clamp<std::int64_t>(kSupply / users, 100 * kPriceMin, 4 * kBitcoin);
}

std::int64_t Crowd::purchase() {
  return world_.rng.magnitude(ration_, 3);
}

// Half of all prices are round, as people like them; half come from an exchange rate.
std::int64_t Crowd::price(std::int64_t most) {
  std::int64_t value = world_.rng.magnitude(most, 6);
  if (world_.rng.percent(50)) {
    std::int64_t unit = 1;
    while (unit * 100 <= value)
      unit *= 10;
    value -= value % unit;
  }
  return std::max(value, kPriceMin);
}

// Wallets that hold many coins spend several at once, or they would hold ever more.
std::size_t Crowd::inputs_wanted(WalletId user) {
  const std::size_t held = world_.wallet(user).size();
  return held > 4 ? 2 + world_.rng.below(held / 2) : 1 + world_.rng.below(3);
}

// Most pay one or two; payrolls and mailing lists pay many.
std::size_t Crowd::payees() {
  constexpr std::size_t kPayeesMax = 40;
  if (!world_.rng.percent(mix_.second_payee)) return 1;
  std::size_t count = 2;
  while (mix_.another_payee != 0 && count < kPayeesMax && world_.rng.percent(mix_.another_payee))
    ++count;
  return count;
}

void Crowd::act() {
  const WalletId user = world_.rng.pick(users_);
  const std::int64_t balance = world_.wallet(user).balance();
  if (balance < ration_ / 16 + kPriceMin) return buy(user);
  const auto mood = world_.rng.below(100);
  if (balance > 2 * ration_ && mood < 50) return sell(user);
  if (mood < 3) return experiment(user);
  if (mood < 12) return sell(user);
  if (mood < 12 + mix_.withdrawals) return buy(user);
  spend(user);
}

void Crowd::buy(WalletId user) {
  bank_of(user).withdraw({world_.receiving(user), purchase()});
}

void Crowd::sell(WalletId user) {
  const std::int64_t value = price(world_.wallet(user).balance() / 2);
  const Spot to = bank_of(user).deposit_spot(user);
  world_.pay(user, {{to, value}}, {}, inputs_wanted(user));
}

void Crowd::spend(WalletId user) {
  const std::int64_t most = world_.wallet(user).balance() / 3;
  std::vector<Payment> payments;
  const std::size_t count = payees();
  for (std::size_t i = 0; i < count; ++i) {
    const Spot to = world_.rng.percent(55) ? world_.rng.pick(merchants_).checkout()
                                           : world_.receiving(world_.rng.pick(users_));
    payments.push_back({to, price(most)});
  }
  if (world_.rng.percent(2)) {
    payments.push_back({world_.fresh(user, Role::receive, Scheme::op_return), 0});
  }
  world_.pay(user, std::move(payments), {}, inputs_wanted(user));
}

void Crowd::experiment(WalletId user) {
  constexpr Scheme kRare[] = {Scheme::p2pk,        Scheme::bare_multisig, Scheme::bare_multisig,
                              Scheme::nonstandard, Scheme::p2tr,          Scheme::p2wsh_multisig};
  const Spot to = world_.fresh(user, Role::receive, world_.rng.pick(kRare));
  world_.pay(user, {{to, price(world_.wallet(user).balance() / 2)}});
}

}  // namespace clew::simulate
