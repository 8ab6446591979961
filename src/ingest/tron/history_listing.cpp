#include "ingest/tron/history_listing.h"

#include <xxhash.h>

#include <algorithm>

namespace clew::providers {
namespace {

constexpr std::size_t kBlockRowsMax = 100'000;
constexpr int kAnewWithoutProgressMax = 2;
constexpr int kPagesWithoutNewsMax = 100;
constexpr std::uint64_t kPagesOfBlockMax = 1000;

std::uint64_t hash_of(std::string_view text) {
  return XXH3_64bits(text.data(), text.size());
}

}  // namespace

HistoryListing::HistoryListing(TronGrid& grid, const HistoryQuery& from,
                               const ListingOptions& options, ListingSink& sink)
    : grid_(grid),
      from_(from),
      options_(options),
      blocks_(
          sink, options.flush_rows, counts_,
          [this](std::uint64_t time_ms) { return list_block(time_ms); },
          options.begins_with_known_block ? std::optional(from.min_time_ms) : std::nullopt),
      query_(from),
      begins_with_known_block_(options.begins_with_known_block) {
  query_.limit = std::clamp(options.page_rows, std::uint32_t{1}, TronGrid::kLimitMax);
}

Result<bool> HistoryListing::run() {
  for (;;) {
    CLEW_TRY(next, step());
    if (next == Step::go_on) continue;
    CLEW_CHECK(next == Step::end ? blocks_.end() : blocks_.break_off());
    return next == Step::end;
  }
}

Result<HistoryListing::Step> HistoryListing::step() {
  auto page = grid_.page(query_, options_.give_up_at);
  if (!page) return after_failure(page.error());
  ++counts_.pages;
  ++pages_;
  const std::size_t rows = page->rows.size();
  if (pages_ == 1) check_first_page(page->rows);
  CLEW_TRY(news, blocks_.take_page(std::move(page->rows), grid_.provider().now()));
  pages_without_news_ = news ? 0 : pages_without_news_ + 1;
  if (pages_ == 1 && begins_with_known_block_ && in_order()) blocks_.trust_last_page();
  if (options_.after_page) options_.after_page(counts_);
  if (counts_.rows + blocks_.open_rows() > options_.rows_max && pages_ > 1)
    return give_up("there are more than " + std::to_string(options_.rows_max) + " rows");
  if (blocks_.open_rows() > kBlockRowsMax) return give_up("one block has no end of rows");
  return after_page(page->fingerprint, rows);
}

// A list that does not begin where it should is not in order.
void HistoryListing::check_first_page(const std::vector<Trc20Row>& rows) {
  if (!begins_with_known_block_) return;
  const bool begins = std::ranges::any_of(
      rows, [&](const Trc20Row& row) { return row.time_ms == query_.min_time_ms; });
  if (!begins) blocks_.distrust_order();
}

Result<HistoryListing::Step> HistoryListing::after_failure(const Failure& failure) {
  if (failure.trouble == Trouble::stopped) return fail(ErrorKind::stopped, failure.message);
  // It was good when it was given.
  if (failure.trouble == Trouble::refused && !query_.fingerprint.empty())
    return begin_anew(failure.message);
  key_refused_ = failure.trouble == Trouble::key;
  return give_up(failure.message);
}

Result<HistoryListing::Step> HistoryListing::after_page(const std::string& fingerprint,
                                                        std::size_t rows) {
  const std::size_t most_before = page_rows_seen_;
  page_rows_seen_ = std::max(page_rows_seen_, rows);
  if (fingerprint.empty()) return after_last_page(rows, most_before);
  const std::string who = grid_.provider().shown();
  if (pages_without_news_ > kPagesWithoutNewsMax)
    return begin_anew(who + ": page after page brings nothing new");
  if (!fingerprints_.insert(hash_of(fingerprint)).second)
    return begin_anew(who + ": its pages go round in a circle");
  query_.fingerprint = fingerprint;
  return Step::go_on;
}

// Some lose the fingerprint (TRON-US/trongrid#23): only a page that is not full proves the end.
Result<HistoryListing::Step> HistoryListing::after_last_page(std::size_t rows,
                                                             std::size_t most_before) {
  const bool as_asked = rows >= query_.limit;
  const bool as_others = pages_ > 1 && rows > 0 && rows >= most_before;
  if (!as_asked && !as_others) return Step::end;
  const std::string why =
      grid_.provider().shown() + ": a full page without a fingerprint to go on with";
  if (!in_order()) {
    CLEW_TRY(all, nothing_beyond());
    return all ? Step::end : give_up(why);
  }
  // Begun anew, and by fingerprints led to the same end.
  if (ended_at_ms_ == blocks_.last_ms() && !as_asked) return Step::end;
  ended_at_ms_ = blocks_.last_ms();
  if (!blocks_.trusted_ms() && nothing_before()) blocks_.trust_last_page();
  return begin_anew(why);
}

// Whether no row is older than those that came.
bool HistoryListing::nothing_before() const {
  if (blocks_.oldest_ms() <= from_.min_time_ms) return true;
  HistoryQuery query = from_;
  query.max_time_ms = blocks_.oldest_ms() - 1;
  const auto older = grid_.page(query, options_.give_up_at);
  return older && older->rows.empty() && older->fingerprint.empty();
}

// Whether no row is older or newer than those that came, in whatever order.
Result<bool> HistoryListing::nothing_beyond() {
  HistoryQuery query = from_;
  query.min_time_ms = blocks_.last_ms().value_or(from_.min_time_ms);
  const auto newer = grid_.page(query, options_.give_up_at);
  if (!newer || !newer->fingerprint.empty()) return false;
  const bool known = std::ranges::all_of(newer->rows, [&](const Trc20Row& row) {
    return !row.transfer || blocks_.in_open_block(row);
  });
  if (!known) return false;
  query.min_time_ms = from_.min_time_ms;
  query.max_time_ms = blocks_.oldest_ms();
  const auto older = grid_.page(query, options_.give_up_at);
  if (!older || !older->fingerprint.empty()) return false;
  CLEW_TRY(news, blocks_.adds(older->rows));
  return !news;
}

HistoryListing::Step HistoryListing::begin_anew(const std::string& why) {
  // Out of order nobody knows what there is before the last row.
  if (!in_order()) return give_up(why);
  const std::uint64_t at = blocks_.trusted_ms().value_or(from_.min_time_ms);
  anew_without_progress_ = at == anew_at_ms_ ? anew_without_progress_ + 1 : 0;
  if (anew_without_progress_ >= kAnewWithoutProgressMax) return give_up(why);
  anew_at_ms_ = at;
  ++counts_.restarts;
  blocks_.go_back();
  query_ = from_;
  query_.min_time_ms = at;
  query_.limit = TronGrid::kLimitMax;
  begins_with_known_block_ = blocks_.trusted_ms().has_value();
  fingerprints_.clear();
  pages_ = 0;
  page_rows_seen_ = 0;
  pages_without_news_ = 0;
  return Step::go_on;
}

HistoryListing::Step HistoryListing::give_up(std::string why) {
  missing_ = std::move(why);
  return Step::give_up;
}

// All rows of one block; nothing if they do not come to an end.
std::optional<HistoryBlocks::Listed> HistoryListing::list_block(std::uint64_t time_ms) const {
  HistoryQuery query = from_;
  query.min_time_ms = time_ms;
  query.max_time_ms = time_ms;
  HistoryBlocks::Listed listed;
  std::unordered_set<std::uint64_t> fingerprints;
  for (std::uint64_t pages = 1; pages <= kPagesOfBlockMax; ++pages) {
    auto page = grid_.page(query, options_.give_up_at);
    if (!page || listed.rows.size() > kBlockRowsMax) return std::nullopt;
    const bool full = page->rows.size() >= query.limit;
    for (Trc20Row& row : page->rows) {
      if (row.transfer) listed.rows.push_back(std::move(row));
    }
    listed.one_page = pages == 1;
    if (page->fingerprint.empty()) return full ? std::nullopt : std::optional(std::move(listed));
    if (!fingerprints.insert(hash_of(page->fingerprint)).second) return std::nullopt;
    query.fingerprint = page->fingerprint;
  }
  return std::nullopt;
}

}  // namespace clew::providers
