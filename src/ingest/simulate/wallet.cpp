#include "ingest/simulate/wallet.h"

#include <utility>

namespace clew::simulate {

std::string_view name(Kind kind) {
  constexpr std::string_view kNames[] = {"genesis",    "user",   "exchange",    "merchant",
                                         "pool",       "miner",  "coordinator", "thief",
                                         "ransomware", "sleeper"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string name(const Owner& owner) {
  return std::string(name(owner.kind)) + "-" + std::to_string(owner.number);
}

void Wallet::receive(Coin coin) {
  balance_ += coin.value;
  coins_.push_back(std::move(coin));
}

Coin Wallet::take(std::size_t index) {
  std::swap(coins_[index], coins_.back());
  Coin coin = std::move(coins_.back());
  coins_.pop_back();
  balance_ -= coin.value;
  return coin;
}

Habits draw_habits(Rng& rng, unsigned reusing) {
  struct Share {
    Scheme scheme;
    unsigned percent;
  };
  constexpr Share kShares[] = {{Scheme::p2wpkh, 44},        {Scheme::p2pkh, 20},
                               {Scheme::p2sh_segwit, 12},   {Scheme::p2tr, 14},
                               {Scheme::p2wsh_multisig, 5}, {Scheme::p2sh_multisig, 5}};
  Habits habits;
  auto draw = static_cast<unsigned>(rng.below(100));
  for (const Share& share : kShares) {
    habits.scheme = share.scheme;
    if (draw < share.percent) break;
    draw -= share.percent;
  }
  const auto change = rng.below(10);
  habits.change = change < 6   ? Habits::Change::anywhere
                  : change < 9 ? Habits::Change::last
                               : Habits::Change::first;
  habits.reuses_addresses = rng.percent(reusing);
  habits.locks_to_height = rng.percent(40);
  habits.replaceable = rng.percent(60);
  return habits;
}

}  // namespace clew::simulate
