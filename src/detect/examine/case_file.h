// The history of one address as the tests for anomalies take it, with the names that their numbers
// stand for: what an answer is written from, whatever ledger or provider the rows came from.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "detect/anomaly/anomaly.h"

namespace clew::examine {

struct Token {
  std::string asset;   // a contract; the coin by its symbol; empty: the provider does not know it
  std::string symbol;  // what its maker calls it; may be empty, and anything else too
  std::optional<std::uint8_t> decimals;
};

// How far the history can be trusted to be all there is.
struct Extent {
  bool complete = true;
  std::string missing;             // if not: what, and why
  std::string source;              // a provider's host and port, or the name of a ledger
  std::vector<std::string> notes;  // what else should be known: one sentence each
};

struct CaseFile {
  std::string chain, address;  // of the subject, which is account 0
  std::vector<anomaly::Row> rows;
  std::vector<Hash256> transactions;                            // beside `rows`
  std::function<std::string(const Hash256&)> transaction_text;  // as the chain writes ids
  std::vector<std::string> accounts;  // by number; empty: nobody who could be named
  std::vector<Token> tokens;          // by number
  // Rows of which nobody knows when they happened, ascending; their `time` is that of the row
  // before.
  std::vector<std::uint32_t> untimed;
  Extent extent;
  std::string snapshot;  // names the state that was read: equal ones give equal rows

  anomaly::History history() const { return {0, rows, why_untimed()}; }
  std::string why_untimed() const;
  // Seconds since 1970.
  std::optional<std::int64_t> time_of(std::uint32_t row) const;
  // Of all rows whose time is known.
  std::optional<std::int64_t> first_time() const;
  std::optional<std::int64_t> last_time() const;
};

// Numbers things from 0 on in the order in which they are first seen.
class Numbering {
 public:
  // The number of a key, and whether it was seen for the first time.
  struct Seen {
    std::uint32_t number;
    bool first;
  };
  Seen see(std::string_view key) {
    const auto [place, first] =
        numbers_.try_emplace(std::string(key), static_cast<std::uint32_t>(numbers_.size()));
    return {place->second, first};
  }

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

}  // namespace clew::examine
