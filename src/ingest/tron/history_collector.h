// Brings the stored TRC-20 history of an address up to date: asks only for what is new, goes on
// where an earlier collection broke off, and says what is missing where it cannot get all.
#pragma once

#include <string>
#include <vector>

#include "ingest/tron/history_listing.h"
#include "ingest/tron/history_store.h"

namespace clew::providers {

struct CollectOptions {
  // Under which name the history is kept. Empty: the provider's host and port.
  std::string source;
  double patience_seconds = 60;  // for everything
  // A history that was complete so short a time ago is taken as it is, and nobody asked.
  double fresh_seconds = 0;
  std::uint32_t page_rows = TronGrid::kLimitMax;
  std::uint64_t rows_max = 1'000'000;           // confirmed, in this call; the next one goes on
  std::uint64_t unconfirmed_rows_max = 10'000;  // 0: they are not asked for
  std::size_t flush_rows = 16'384;              // that are stored at a time, or those of a second
  // Told after each page of confirmed rows, for a meter.
  std::function<void(const ListingCounts&)> after_page;
};

struct CollectReport {
  HistoryKey key;            // what to read the store by
  HistoryState state;        // complete, or what is missing
  bool asked = false;        // else it was fresh
  bool key_refused = false;  // by the provider, which is why confirmed rows are missing
  ListingCounts counts;      // of the confirmed rows
  std::uint64_t unconfirmed = 0;
  // What the user should know, though nothing is missing: one sentence each.
  std::vector<std::string> notes;
};

// Errors are those of the store, and stopped. Whatever the provider does is in the report, and what
// was got until then in the store.
Result<CollectReport> collect_history(TronGrid& grid, HistoryStore& store,
                                      const chain::Account& address,
                                      const CollectOptions& options = {});

}  // namespace clew::providers
