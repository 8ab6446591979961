// The TRC-20 histories that were collected, of any number of addresses and providers: a SQLite file
// beside the ledger. It is a cache, of which each row carries a checksum; whoever loses it asks the
// provider again. Every call that writes is one transaction, so that a crash at any moment leaves
// whole blocks, and what it says of them is true. Layout: docs/formats/tron-history.md.
// One object belongs to one thread at a time; any number of processes may open the file.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ingest/tron/trc20_row.h"

namespace clew::providers {

// Whose history, and who told it: testnets have the same addresses.
struct HistoryKey {
  std::string source;  // host and port of the provider
  chain::Account address{};
};

// All rows that one block has for an address: TRON's blocks have times of their own.
struct BlockRows {
  std::uint64_t time_ms = 0;
  std::vector<Trc20Row> rows;
};

// A row, and how often it is there.
struct RowTimes {
  Trc20Row row;
  std::size_t times = 1;
};

struct HistoryState {
  // Up to and including that time everything that is confirmed is here. Nothing: not begun.
  std::optional<std::uint64_t> whole_until_ms;
  bool complete = false;  // the last collection reached the end
  std::string missing;    // if not: what, and why
  double asked_at = 0;    // date of its end, in seconds since 1970; 0: never
  // Blocks of which it could not be found out whether equal rows are several transfers, or came
  // again; since the history was begun.
  std::uint64_t unsure = 0;
};

struct HistoryRow {
  Hash256 transaction{};
  std::uint64_t time_ms = 0;
  chain::Account from{}, to{};
  U256 value{};
  std::uint32_t token = 0;  // place in History::tokens
  bool confirmed = true;
};

struct History {
  HistoryState state;
  std::vector<HistoryRow> rows;   // in order of time, of a block in the order of the provider
  std::vector<TokenInfo> tokens;  // by contract; those unknown to the provider are one without
};

class HistoryStore {
 public:
  enum class Mode : std::uint8_t { read, write };
  // In read mode a missing file is an empty store, and nothing is created.
  static Result<HistoryStore> open(const std::string& path, Mode mode = Mode::write);
  HistoryStore(HistoryStore&&) noexcept;
  HistoryStore& operator=(HistoryStore&&) noexcept;
  ~HistoryStore();

  Result<HistoryState> state(const HistoryKey& key) const;
  // State and rows of one moment. corrupt if a row is damaged.
  Result<History> read(const HistoryKey& key) const;
  Result<std::uint64_t> count(const HistoryKey& key) const;  // of rows

  // The confirmed rows of the blocks' times become those of `blocks`, which are in order of time;
  // from `from_ms` on, if given, also what lies between them goes. `whole_until_ms`, if given, is
  // kept as the state's.
  Result<void> replace(const HistoryKey& key, std::optional<std::uint64_t> from_ms,
                       const std::vector<BlockRows>& blocks,
                       std::optional<std::uint64_t> whole_until_ms);
  // Sees to it that the history has confirmed rows at least so many times. How many were added, of
  // each.
  Result<std::vector<std::size_t>> ensure(const HistoryKey& key, const std::vector<RowTimes>& rows);
  // What a collection ends with: the state, with whole_until_ms as it says, and the rows that are
  // not confirmed, in order of time, in place of all earlier ones. Those that are not later than
  // the last confirmed row are left out: they are among the confirmed, or were reorganised away.
  Result<void> finish(const HistoryKey& key, const HistoryState& state,
                      const std::vector<Trc20Row>& unconfirmed);

 private:
  struct Impl;
  explicit HistoryStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace clew::providers
