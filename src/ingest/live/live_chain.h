// What following a chain needs of it: where blocks come from and where they go. One engine follows
// every chain through this.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "ledger/chain_state.h"

namespace clew::ingest {

// A block that was fetched, decoded and checked. What else it holds is the chain's own matter.
struct LiveBlock {
  virtual ~LiveBlock() = default;

  std::uint64_t number = 0;
  Hash256 hash{}, parent{};
  std::uint64_t time = 0;  // seconds since 1970, UTC
  std::uint64_t bytes = 0, transactions = 0;
  std::string node;  // who gave it
};

struct LiveHead {
  std::uint64_t number = 0;
  Hash256 hash{};
};

// The nodes. May be called from several threads at once.
class LiveSource {
 public:
  virtual ~LiveSource() = default;

  virtual Result<LiveHead> head() = 0;
  // not_found if no node has it (yet); data if all that have it failed the checks. Whatever is
  // returned has passed them.
  virtual Result<std::unique_ptr<LiveBlock>> fetch(std::uint64_t number) = 0;
  // This very block, which need not be on the branch that the nodes think best; not_found also if
  // they can tell of no other branch.
  virtual Result<std::unique_ptr<LiveBlock>> fetch(const LiveHead& block) = 0;
  // Returns when the head may have changed, at the latest after so many seconds, or to stop.
  virtual void wait_for_head(double seconds) = 0;
};

// The ledger. Called by one thread.
class LiveLedger {
 public:
  virtual ~LiveLedger() = default;

  virtual std::optional<Hash256> hash_at(std::uint64_t number) const = 0;
  virtual std::optional<ledger::Tip> tip() const = 0;
  // Of a block that this chain's source gave.
  virtual Result<void> append(const LiveBlock& block) = 0;
  virtual Result<void> unwind(std::uint64_t number) = 0;
  virtual Result<void> commit() = 0;
};

}  // namespace clew::ingest
