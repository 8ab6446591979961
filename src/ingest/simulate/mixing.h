// The CoinJoin protocols of the world. Users take part by chance; others, thieves above all, hand
// in a coin that joins the next round. What a round pays goes to fresh addresses of who took part.
// The shapes are those of the real protocols; docs/simulator.md lists their constants and sources.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "ingest/simulate/crowd.h"
#include "ingest/simulate/peers.h"
#include "ingest/simulate/world.h"

namespace clew::simulate {

// Samourai's Whirlpool: a "tx0" cuts coins into premix outputs of a little more than the pool's
// denomination; a mix takes five to eight of them, or of outputs of earlier mixes, one an owner,
// and pays as many equal outputs.
class Whirlpool {
 public:
  Whirlpool(World& world, const Crowd& crowd, WalletId coordinator, std::int64_t pool);
  // Cuts the coins for mixing. They must be worth least().
  void enter(Peer peer);
  std::int64_t least() const;  // satoshi
  // `open`: users may begin something, too.
  void step(bool open);

 private:
  bool draw(std::deque<Peer>& from, std::vector<Peer>& into);
  std::int64_t entry_fee() const;  // what a premix output brings for the miner
  void mix();

  World& world_;
  const Crowd& crowd_;
  WalletId coordinator_;
  std::int64_t pool_;
  std::deque<Peer> premix_, postmix_;  // one coin each, oldest first
};

// Wasabi 1 (zkSNACKs' coordinator).
class Wasabi1 {
 public:
  Wasabi1(World& world, const Crowd& crowd, WalletId coordinator)
      : world_(world), crowd_(crowd), coordinator_(coordinator) {}
  void enter(Peer peer) { guests_.enter(std::move(peer)); }
  static std::int64_t least();
  void step(bool open);

 private:
  void round(std::vector<Peer>& peers);

  World& world_;
  const Crowd& crowd_;
  WalletId coordinator_;
  WaitingRoom guests_;
};

// Wasabi 2 (WabiSabi).
class Wasabi2 {
 public:
  Wasabi2(World& world, const Crowd& crowd) : world_(world), crowd_(crowd) {}
  void enter(Peer peer) { guests_.enter(std::move(peer)); }
  static std::int64_t least();
  void step(bool open);

 private:
  void round(std::vector<Peer>& peers);

  World& world_;
  const Crowd& crowd_;
  WaitingRoom guests_;
};

// JoinMarket: a taker pays makers for their company.
class JoinMarket {
 public:
  JoinMarket(World& world, const Crowd& crowd) : world_(world), crowd_(crowd) {}
  // The guest is the taker of its round.
  void enter(Peer taker) { guests_.push_back(std::move(taker)); }
  static std::int64_t least();
  void step(bool open);

 private:
  bool round(Peer& taker);
  Draft draft_round(std::vector<Peer>& peers, std::int64_t amount, bool sweep);

  World& world_;
  const Crowd& crowd_;
  std::deque<Peer> guests_;
};

class Mixing {
 public:
  Mixing(World& world, const Crowd& crowd);
  void step();
  // Hands in coins of a P2WPKH wallet for the protocol's next round.
  void enter(CoinJoin protocol, Peer peer);
  // What a peer must bring, satoshi.
  std::int64_t least(CoinJoin protocol) const;
  // The coordinators' fees; they are sold now and then.
  WalletId coordinator() const { return coordinator_; }

 private:
  World& world_;
  WalletId coordinator_;
  Whirlpool whirlpool_;
  Wasabi1 wasabi1_;
  Wasabi2 wasabi2_;
  JoinMarket joinmarket_;
};

}  // namespace clew::simulate
