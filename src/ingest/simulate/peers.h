// Who takes part in a CoinJoin, and with which coins.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ingest/simulate/world.h"

namespace clew::simulate {

struct Peer {
  WalletId wallet = 0;
  std::vector<Coin> coins;
  std::int64_t sum = 0;  // satoshi
};

// Which coins a protocol takes.
struct Entry {
  std::int64_t least = 0;     // satoshi that a peer must bring
  std::size_t coins_max = 1;  // that a peer may bring
  bool taproot = false;       // P2TR beside P2WPKH
  bool accepts(const Coin& coin) const {
    return coin.spot.scheme == Scheme::p2wpkh || (taproot && coin.spot.scheme == Scheme::p2tr);
  }
};

// Takes the coins out of the wallet; nothing if they do not suffice.
std::optional<Peer> invite(World& world, WalletId wallet, const Entry& entry);
// Adds up to `count` different users to `peers`, as far as enough are found by chance.
void gather(World& world, const std::vector<WalletId>& users, std::size_t count, const Entry& entry,
            std::vector<Peer>& peers);
// Puts the coins back where they came from.
void send_home(World& world, std::vector<Peer>& peers);

// Who has asked to take part in the next round of a coordinator.
class WaitingRoom {
 public:
  void enter(Peer peer) { guests_.push_back(std::move(peer)); }
  bool empty() const { return guests_.empty(); }
  // Everybody who waits, and users by chance, up to a number between `least` and `most`. Nobody if
  // that makes fewer than `least`: then who waited goes on waiting.
  std::vector<Peer> call(World& world, const std::vector<WalletId>& users, std::size_t least,
                         std::size_t most, const Entry& entry);

 private:
  std::vector<Peer> guests_;
};

// All peers' coins, in order.
std::vector<Coin> collect(std::vector<Peer>& peers);

// By value, then outpoint; and outputs by value, then key.
void sort_ascending(Draft& draft);
void sort_descending(Draft& draft);

}  // namespace clew::simulate
