// A walk over the pages of a history from a time on, to its end, or to where and why it had to be
// broken off. Fingerprints that expired, were given before, or are missing from a full page: the
// list is begun anew with the last block of which all before it is known.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_set>

#include "ingest/tron/history_blocks.h"
#include "ingest/tron/trongrid.h"

namespace clew::providers {

struct ListingOptions {
  // The query's min_time_ms is the time of a block that is there.
  bool begins_with_known_block = false;
  std::uint32_t page_rows = TronGrid::kLimitMax;
  std::uint64_t rows_max = 1'000'000;  // that are taken before the list is broken off
  double give_up_at = 0;               // Clock::now, for all requests
  std::size_t flush_rows = 16'384;     // that go to the sink at a time, or those of a second
  std::function<void(const ListingCounts&)> after_page;  // if it is to be told
};

class HistoryListing {
 public:
  HistoryListing(TronGrid& grid, const HistoryQuery& from, const ListingOptions& options,
                 ListingSink& sink);
  HistoryListing(const HistoryListing&) = delete;
  HistoryListing& operator=(const HistoryListing&) = delete;

  // Whether the end was reached; if not, missing() says why, and what was taken stays. Errors are
  // those of the sink, and stopped.
  Result<bool> run();
  const std::string& missing() const { return missing_; }
  bool key_refused() const { return key_refused_; }  // and that is why
  const ListingCounts& counts() const { return counts_; }
  bool in_order() const { return blocks_.in_order(); }

 private:
  enum class Step : std::uint8_t { go_on, end, give_up };

  Result<Step> step();
  Result<Step> after_failure(const Failure& failure);
  Result<Step> after_page(const std::string& fingerprint, std::size_t rows);
  Result<Step> after_last_page(std::size_t rows, std::size_t most_before);
  void check_first_page(const std::vector<Trc20Row>& rows);
  bool nothing_before() const;
  Result<bool> nothing_beyond();
  Step begin_anew(const std::string& why);
  Step give_up(std::string why);
  std::optional<HistoryBlocks::Listed> list_block(std::uint64_t time_ms) const;

  TronGrid& grid_;
  const HistoryQuery from_;
  ListingOptions options_;
  ListingCounts counts_;
  HistoryBlocks blocks_;
  std::string missing_;
  bool key_refused_ = false;

  // Of the list, which may have been begun anew.
  HistoryQuery query_;
  bool begins_with_known_block_;
  std::uint64_t pages_ = 0;
  std::size_t page_rows_seen_ = 0;                  // the most
  std::unordered_set<std::uint64_t> fingerprints_;  // hashes; one too many only costs a page
  int pages_without_news_ = 0;

  std::optional<std::uint64_t> anew_at_ms_;   // where it was begun anew last
  std::optional<std::uint64_t> ended_at_ms_;  // with a full page, without a fingerprint
  int anew_without_progress_ = 0;
};

}  // namespace clew::providers
