// The ground truth of stolen money. A trail is the loot of one hack or of one ransom campaign. As
// the actors move coins, their own books carry the loot along, satoshi by satoshi (see fifo.h),
// until it arrives at a labelled service, enters a CoinJoin, or is paid as a fee; what remains is
// unspent. The tracer under test has no part in this.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "ingest/simulate/coin.h"
#include "ingest/simulate/wallet.h"

namespace clew::simulate {

// A place and moment in the chain.
struct Mark {
  Hash256 txid{};
  std::uint32_t height = 0;
  std::uint32_t time = 0;  // of the block, seconds
};

struct TrailOrigin {
  Mark at;
  std::uint32_t vout = 0;
  std::int64_t value = 0;
  Spot spot;
};
struct TrailArrival {  // at a labelled service
  Mark at;
  std::uint32_t vout = 0;
  std::int64_t amount = 0;
  Spot spot;
};
struct TrailMix {  // loot that a CoinJoin took in
  Mark at;
  CoinJoin protocol{};
  std::int64_t amount = 0;
};
struct TrailRest {  // loot in an output that nobody has spent
  Mark at;
  std::uint32_t vout = 0;
  std::int64_t amount = 0;
  Spot spot;
};
struct TrailHop {  // a transaction that moved loot
  Mark at;
  std::string note;
  std::int64_t amount = 0;  // loot among the inputs
  std::int64_t fee = 0;     // loot paid as fee
  std::vector<TrailArrival> outputs;
};

struct Trail {
  enum class Kind : std::uint8_t { theft, ransom } kind{};
  std::uint32_t number = 0;  // among its kind, from 1 on
  Owner victim, criminal;
  std::vector<TrailOrigin> origins;
  std::vector<TrailHop> hops;
  std::vector<TrailArrival> arrivals;
  std::vector<TrailMix> mixes;
  std::vector<TrailRest> rests;  // filled by Trails::settle()
  std::int64_t fees = 0;
  std::uint32_t fee_transactions = 0;

  std::int64_t stolen() const;
  std::int64_t accounted() const;  // arrivals + mixes + rests + fees
};

class Trails {
 public:
  // Returns the trail's number for Payment::begins_trail, from 1 on.
  std::uint32_t begin(Trail::Kind kind, Owner victim, Owner criminal);
  // Whether move() has anything to do for this draft.
  static bool concerns(const Draft& draft);
  // Books a transaction that was made of `draft`; puts the stains into its coins.
  void move(const Draft& draft, const Mark& at, std::span<Coin> coins);
  // Call once, after the last block.
  void settle();
  const std::vector<Trail>& all() const { return trails_; }

 private:
  struct Loot {
    Mark at;
    Spot spot;
    std::shared_ptr<const Stains> stains;
  };
  Trail& trail(std::uint32_t number) { return trails_[number - 1]; }
  void book_inputs(const Draft& draft, const Mark& at);
  void book_output(const Mark& at, Coin& coin, Stains stains, std::uint32_t begins);
  void book_fee(const Stains& stains);

  std::vector<Trail> trails_;
  std::map<std::pair<Hash256, std::uint32_t>, Loot> unspent_;  // by outpoint
};

}  // namespace clew::simulate
