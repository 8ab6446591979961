// The ground truth of stolen money. A trail is what one criminal took, whatever it was. As the
// actors move assets, these books carry the loot along, unit by unit and first in, first out for
// each asset of each account, until it arrives at a labelled service or the mixer, is paid as a
// fee, or lies still. Contracts that give one asset for another pass it on in proportion. The
// tracer under test has no part in this.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/u256.h"
#include "ingest/simulate/ethereum/account.h"
#include "ingest/simulate/ethereum/state.h"

namespace clew::simulate::ethereum {

// Where and when.
struct Mark {
  Hash256 tx{};
  std::uint32_t position = 0;  // of the transaction within its block
  std::uint64_t block = 0;
  std::uint64_t time = 0;  // of the block, seconds
};
using MarkId = std::uint32_t;

// A transfer with loot in it.
struct LootMove {
  MarkId at = 0;
  Move move;
  U256 loot{};  // of move.value
};
// Loot that became another asset.
struct LootSwap {
  MarkId at = 0;
  AccountId contract = kNobody;
  AssetId from = kEther, to = kEther;
  U256 taken{}, given{};
};
// Loot that nobody has moved since.
struct LootRest {
  AccountId account = kNobody;
  AssetId asset = kEther;
  U256 amount{};
};

enum class TrailKind : std::uint8_t { theft, scam };
struct Trail {
  TrailKind kind{};
  std::uint32_t number = 0;  // among its kind, from 1 on
  Party victim, criminal;    // of a scam its first victim
  std::vector<LootMove> origins;
  std::vector<LootMove> moves;                  // all others, in order
  std::vector<LootMove> arrivals, mixed, fees;  // some of `moves`
  std::vector<LootSwap> swaps;
  std::vector<LootMove> pooled;  // some of `moves`: given to a contract that gave nothing for it
  std::vector<LootRest> rests;
};

class LootBook {
 public:
  // The trail's number for begin_transaction, from 1 on.
  std::uint32_t begin(TrailKind kind, Party victim, Party criminal);

  // Around every transaction. What the criminal of `begins_trail` receives from others is loot.
  void begin_transaction(const Mark& at, std::uint32_t begins_trail);
  // Right after the state has made the move.
  void note(const State& state, const Move& move);
  // Fees are paid before anything else moves, though they are known last.
  void end_transaction(const State& state, const Hash256& tx, std::span<const Move> fees);

  // Call once, after the last block.
  void settle();
  const std::vector<Trail>& trails() const { return trails_; }
  const Mark& mark(MarkId id) const { return marks_[id]; }

 private:
  // Units in a row that belong to one trail, or to none (0).
  struct Lot {
    std::uint32_t trail = 0;
    U256 amount{};
  };
  using Lots = std::deque<Lot>;
  struct Noted {
    Move move;
    U256 before{};  // what the taker had
  };
  // What a contract took in during this transaction and has not yet given anything for.
  struct Taken {
    AssetId asset = kEther;
    U256 total{};
    Lots lots;
    std::vector<LootMove> moves;  // what brought it
    std::vector<std::uint32_t> trails;
  };

  static std::uint64_t key(AssetId asset, AccountId account) {
    return std::uint64_t{asset} << 32 | account;
  }
  Trail& trail(std::uint32_t number) { return trails_[number - 1]; }
  MarkId here();
  void follow(const State& state, const Noted& noted);
  Lots take(const State& state, const Move& move, AccountId giver);
  Lots exchange(AssetId asset, const U256& value, AccountId contract);
  void book(const State& state, const Move& move, const Lots& lots, AccountId taker);
  void deposit(const State& state, const Noted& noted, Lots lots, AccountId taker);
  void hand_in(const Move& move, Lots lots, AccountId contract);

  std::vector<Trail> trails_;
  std::vector<Mark> marks_;
  Mark at_;
  std::vector<Noted> noted_;
  bool marked_ = false;  // marks_.back() is this transaction's
  std::uint32_t begins_ = 0;
  std::unordered_map<std::uint64_t, Lots> lots_;  // of accounts that have held loot
  std::map<AccountId, Taken> taken_;
};

}  // namespace clew::simulate::ethereum
