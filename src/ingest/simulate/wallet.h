// A wallet: the coins of one owner for one purpose, and the habits of the software that spends
// them. Several wallets may belong to one owner (an exchange's deposits, hot and cold storage).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ingest/simulate/coin.h"
#include "ingest/simulate/rng.h"

namespace clew::simulate {

enum class Kind : std::uint8_t {
  genesis,
  user,
  exchange,
  merchant,
  pool,
  miner,
  coordinator,  // of CoinJoins: takes their fees
  thief,
  ransomware,
  sleeper,  // received once and keeps
};
std::string_view name(Kind kind);

// Whose wallet it is: "user-17" is {Kind::user, 17}.
struct Owner {
  Kind kind{};
  std::uint32_t number = 0;
};
std::string name(const Owner& owner);

// How a wallet's software makes transactions.
struct Habits {
  Scheme scheme = Scheme::p2wpkh;
  enum class Change : std::uint8_t { anywhere, first, last } change = Change::anywhere;
  bool reuses_addresses = false;  // receives on, and returns change to, one address
  bool locks_to_height = false;   // lock time of the current height, against fee sniping
  bool replaceable = true;        // signals BIP 125
};

class Wallet {
 public:
  Wallet(Owner owner, Habits habits) : owner_(owner), habits_(habits) {}
  const Owner& owner() const { return owner_; }
  const Habits& habits() const { return habits_; }
  std::int64_t balance() const { return balance_; }  // satoshi
  std::size_t size() const { return coins_.size(); }
  const std::vector<Coin>& coins() const { return coins_; }

  void receive(Coin coin);
  Coin take(std::size_t index);
  Coin take_any(Rng& rng) { return take(rng.below(coins_.size())); }

  std::optional<Spot> reused;  // the address of a wallet that reuses it

 private:
  Owner owner_;
  Habits habits_;
  std::int64_t balance_ = 0;
  std::vector<Coin> coins_;
};

// Habits as they are spread among users, of whom some percent keep one address.
Habits draw_habits(Rng& rng, unsigned reusing);

}  // namespace clew::simulate
