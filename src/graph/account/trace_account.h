// The accounts that a trace has reached: each with its balance at a moment, and its place in the
// ledger. Internal to tracing.
//
// A trace backward is one forward through the ledger read backward: what an account received it
// then gives, and what it sent it takes back, its balance being the same at each moment. FIFO,
// LIFO and haircut are their own inverses.
#pragma once

#include <array>
#include <deque>
#include <unordered_map>
#include <unordered_set>

#include "graph/account/holding.h"
#include "graph/account/moments.h"
#include "graph/account/trace_log.h"
#include "ledger/account/walk.h"

namespace clew::account {

// The account of one address and one asset.
struct TraceAccount {
  explicit TraceAccount(TaintPolicy policy) : holding(policy) {}

  AddressId address = kNoAddress;
  AssetId asset = kCoin;
  Holding holding;
  // Of what brought the taint: the least hops, the item of the widest path, first and last of it.
  std::uint32_t hops = 0, widest = kNoItem, arrivals = 0;
  TransferId first = 0, last = 0;
  TransferId synced = 0;  // the balance counts every transfer before this, in the ledger's order
  bool replayed = false;  // that is so
  bool live = false;      // walked along
  bool unsound = false;
  // Backward: what the balance held from before the ledger, by the sending that showed it.
  std::vector<std::pair<TransferId, U256>> covers;
  // While live: what comes next.
  Walk walk;
  std::array<Passage, 8> batch;
  std::uint32_t at = 0, count = 0;

  bool has_next() const { return at < count; }
  const Passage& next() const { return batch[at]; }
};

// On which side of a transfer an account is to be, in the direction of the trace.
enum class TraceMoment : std::uint8_t { before, after };

class TraceAccounts {
 public:
  // Accounts in `origins` have their value from before the ledger given by the origins.
  TraceAccounts(const Snapshot& snapshot, const TraceOptions& options, const TransferSpan& span,
                TraceLog& log, TraceWork& work)
      : snapshot_(snapshot), options_(options), span_(span), log_(log), work_(work) {}
  void note_origin(AddressId address, AssetId asset) { origins_.insert(key(address, asset)); }

  // Null if the trace has not reached it.
  TraceAccount* find(AddressId address, AssetId asset);
  // Brings the account to the moment before (after) the transfer and lets it walk on from there.
  // Else says why not: busy, unsound, or what the work is exhausted by.
  TraceEnd wake(AddressId address, AssetId asset, TransferId id, std::uint32_t& number,
                TraceMoment moment = TraceMoment::before);
  TraceAccount& at(std::uint32_t number) { return accounts_[number]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(accounts_.size()); }

  // Forward, before an account sends `value`: what the ledger does not explain of it comes in now,
  // from before the ledger. Returns that; zero mostly.
  U256 cover(TraceAccount& account, const U256& value);
  // Backward, after an account took back what it sent by the transfer: what it must have had from
  // before the ledger, which leaves now. Zero mostly.
  U256 uncover(TraceAccount& account, TransferId id);
  // Passes over the transfer, and reads on if need be. False if work does not suffice.
  bool pass(TraceAccount& account, TransferId id);
  // No taint is left in it: it sleeps, to be brought up to date when it is woken.
  void sleep(TraceAccount& account, TransferId id);

 private:
  static std::uint64_t key(AddressId address, AssetId asset) {
    return std::uint64_t{address} << 32 | asset;
  }
  bool backward() const { return options_.direction == TraceDirection::backward; }
  TraceAccount& enter(AddressId address, AssetId asset, std::uint32_t& number);
  bool refill(TraceAccount& account);
  TraceEnd bring(TraceAccount& account, TransferId bound);
  TraceEnd replay(TraceAccount& account, TransferId bound);
  void rewind(TraceAccount& account, TransferId bound);

  const Snapshot& snapshot_;
  const TraceOptions& options_;
  const TransferSpan& span_;
  TraceLog& log_;
  TraceWork& work_;
  std::deque<TraceAccount> accounts_;
  std::unordered_map<std::uint64_t, std::uint32_t> numbers_;
  std::unordered_set<std::uint64_t> origins_;
};

}  // namespace clew::account
