// The accounts that a trace forward has reached: each with its balance up to a moment, and its
// place in the ledger. Internal to tracing.
#pragma once

#include <array>
#include <deque>
#include <unordered_map>
#include <unordered_set>

#include "graph/account/holding.h"
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
  TransferId synced = 0;  // the balance counts every transfer before this
  bool replayed = false;  // that is so
  bool live = false;      // walked along
  bool unsound = false;
  // While live: what comes next.
  Walk walk;
  std::array<Passage, 8> batch;
  std::uint32_t at = 0, count = 0;

  bool has_next() const { return at < count; }
  const Passage& next() const { return batch[at]; }
};

class TraceAccounts {
 public:
  // Accounts in `origins` have their value from before the ledger given by the origins.
  TraceAccounts(const Snapshot& snapshot, const TraceOptions& options, TransferId until,
                TraceLog& log, TraceWork& work)
      : snapshot_(snapshot), options_(options), until_(until), log_(log), work_(work) {}
  void note_origin(AddressId address, AssetId asset) { origins_.insert(key(address, asset)); }

  // Null if the trace has not reached it.
  TraceAccount* find(AddressId address, AssetId asset);
  // Brings the account to the moment before the transfer and lets it walk on from there. Else says
  // why not: busy, unsound, or what the work is exhausted by.
  TraceEnd wake(AddressId address, AssetId asset, TransferId moment, std::uint32_t& number);
  TraceAccount& at(std::uint32_t number) { return accounts_[number]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(accounts_.size()); }

  // Before an account sends `value`: what the ledger does not explain of it comes in now, from
  // before the ledger. Returns that; zero mostly.
  U256 cover(TraceAccount& account, const U256& value);
  // Passes over the transfer, and reads on if need be. False if work does not suffice.
  bool pass(TraceAccount& account, TransferId id);
  // No taint is left in it: it sleeps, to be brought up to date when it is woken.
  void sleep(TraceAccount& account, TransferId id);

 private:
  static std::uint64_t key(AddressId address, AssetId asset) {
    return std::uint64_t{address} << 32 | asset;
  }
  bool refill(TraceAccount& account);
  TraceEnd replay(TraceAccount& account, TransferId moment);

  const Snapshot& snapshot_;
  const TraceOptions& options_;
  const TransferId until_;
  TraceLog& log_;
  TraceWork& work_;
  std::deque<TraceAccount> accounts_;
  std::unordered_map<std::uint64_t, std::uint32_t> numbers_;
  std::unordered_set<std::uint64_t> origins_;
};

}  // namespace clew::account
