#include "ingest/tron/history_blocks.h"

#include <algorithm>
#include <map>
#include <span>
#include <tuple>

namespace clew::providers {
namespace {

constexpr double kFlushSeconds = 1;
constexpr std::size_t kOverlapMax = 1000;
constexpr int kBlocksAskedAgainMax = 64;

// The same for rows that are alike.
auto identity(const Trc20Row& row) {
  return std::tie(row.time_ms, row.transaction, row.from, row.to, row.value, row.token.contract);
}

bool same_rows(std::span<const Trc20Row> a, std::span<const Trc20Row> b) {
  return std::ranges::equal(a, b, [](const auto& x, const auto& y) { return x.same_as(y); });
}

// Rows that are alike become one, with how often it is there.
std::vector<RowTimes> counted(std::vector<Trc20Row> rows) {
  std::ranges::sort(rows, {}, [](const Trc20Row& row) { return identity(row); });
  std::vector<RowTimes> out;
  for (Trc20Row& row : rows) {
    if (!out.empty() && out.back().row.same_as(row)) {
      ++out.back().times;
    } else {
      out.push_back({std::move(row), 1});
    }
  }
  return out;
}

}  // namespace

Result<bool> HistoryBlocks::take_page(std::vector<Trc20Row> rows, double now) {
  news_ = false;
  asked_ms_.reset();
  const auto last_before = last_ms_;
  if (!std::ranges::is_sorted(rows, {}, &Trc20Row::time_ms)) {
    in_order_ = false;
    std::ranges::stable_sort(rows, {}, &Trc20Row::time_ms);
  }
  std::vector<Trc20Row> whole = rows;
  drop_overlap(rows);
  page_before_ = std::move(whole);
  std::vector<Trc20Row> late;
  for (Trc20Row& row : rows) {
    if (!row.transfer) ++counts_.other;
    oldest_ms_ = std::min(oldest_ms_, row.time_ms);
    if (!last_ms_ || row.time_ms >= *last_ms_) {
      take_row(std::move(row));
    } else if (row.transfer) {
      late.push_back(std::move(row));
    }
  }
  // The page before once more proves nothing.
  if (last_before && *last_ms_ > *last_before) trusted_ms_ = last_before;
  if (!late.empty()) CLEW_CHECK(take_late(std::move(late)));
  if (!flushed_at_) flushed_at_ = now;
  if (closed_rows_ >= flush_rows_ || now - *flushed_at_ >= kFlushSeconds) {
    flushed_at_ = now;
    CLEW_CHECK(flush(!in_order_));
  }
  return news_;
}

void HistoryBlocks::drop_overlap(std::vector<Trc20Row>& rows) {
  const std::span<const Trc20Row> before(page_before_), now(rows);
  for (std::size_t n = std::min({before.size(), now.size(), kOverlapMax}); n > 1; --n) {
    // Within one block it may be a transaction that does the same twice: that is settled below.
    if (now[0].time_ms == now[n - 1].time_ms || !now[0].same_as(before[before.size() - n]))
      continue;
    if (!same_rows(before.last(n), now.first(n))) continue;
    counts_.repeated += n;
    rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(n));
    return;
  }
}

void HistoryBlocks::take_row(Trc20Row row) {
  if (!last_ms_ || row.time_ms > *last_ms_) {
    close_block();
    last_ms_ = row.time_ms;
    news_ = true;
  }
  if (!row.transfer) return;
  const std::span<const OpenRow> known(open_);
  news_ = news_ || std::ranges::none_of(known.last(std::min(known.size(), kOverlapMax)),
                                        [&](const OpenRow& open) { return open.row.same_as(row); });
  open_.push_back({std::move(row), counts_.pages});
}

Result<void> HistoryBlocks::take_late(std::vector<Trc20Row> rows) {
  in_order_ = false;
  CLEW_CHECK(flush(true));
  const std::vector<RowTimes> late = counted(std::move(rows));
  CLEW_TRY(added, sink_.take_late(late));
  for (std::size_t i = 0; i < late.size(); ++i) {
    CLEW_TRY(all, settle_late(late[i], added[i]));
    counts_.late += all;
    counts_.rows += all;
    counts_.repeated += late[i].times - std::min(late[i].times, all);
    news_ = news_ || all > 0;
  }
  return {};
}

// A row that was there already came again, or it is another that is alike: their block knows.
Result<std::size_t> HistoryBlocks::settle_late(const RowTimes& row, std::size_t added) {
  if (added == row.times) return added;
  const auto& block = ask_again(row.row.time_ms);
  if (!block) {
    ++counts_.unsure;
    return added;
  }
  const auto times = std::ranges::count_if(
      block->rows, [&](const Trc20Row& other) { return other.same_as(row.row); });
  CLEW_TRY(more, sink_.take_late({{row.row, static_cast<std::size_t>(times)}}));
  return added + more.front();
}

void HistoryBlocks::close_block() {
  if (open_.empty()) return;
  if (in_doubt()) settle_doubt();
  BlockRows block{.time_ms = *last_ms_};
  for (OpenRow& open : open_)
    block.rows.push_back(std::move(open.row));
  open_.clear();
  counts_.rows += block.rows.size();
  closed_rows_ += block.rows.size();
  closed_.push_back(std::move(block));
}

Result<void> HistoryBlocks::flush(bool all) {
  const auto end = all ? closed_.end() : std::ranges::find_if(closed_, [&](const BlockRows& block) {
    return !trusted_ms_ || block.time_ms >= *trusted_ms_;
  });
  if (end == closed_.begin()) return {};
  const std::vector<BlockRows> blocks(std::make_move_iterator(closed_.begin()),
                                      std::make_move_iterator(end));
  closed_.erase(closed_.begin(), end);
  for (const BlockRows& block : blocks)
    closed_rows_ -= block.rows.size();
  return sink_.take(blocks, in_order_);
}

void HistoryBlocks::go_back() {
  while (!closed_.empty() && (!trusted_ms_ || closed_.back().time_ms >= *trusted_ms_)) {
    counts_.rows -= closed_.back().rows.size();
    closed_rows_ -= closed_.back().rows.size();
    closed_.pop_back();
  }
  open_.clear();
  page_before_.clear();
  last_ms_ = trusted_ms_;
}

Result<void> HistoryBlocks::end() {
  close_block();
  return flush(true);
}

bool HistoryBlocks::in_open_block(const Trc20Row& row) const {
  return std::ranges::any_of(open_, [&](const OpenRow& open) { return open.row.same_as(row); });
}

Result<bool> HistoryBlocks::adds(const std::vector<Trc20Row>& rows) {
  CLEW_CHECK(flush(true));  // so that what is known is with the sink
  std::vector<RowTimes> unknown;
  for (const Trc20Row& row : rows) {
    if (row.transfer && !in_open_block(row)) unknown.push_back({row, 1});
  }
  CLEW_TRY(added, sink_.take_late(unknown));
  return std::ranges::any_of(added, [](std::size_t n) { return n > 0; });
}

// Whether rows that are alike came in different pages.
bool HistoryBlocks::in_doubt() const {
  if (open_.empty() || open_.front().page == open_.back().page) return false;
  std::vector<const OpenRow*> sorted;
  for (const OpenRow& open : open_)
    sorted.push_back(&open);
  std::ranges::sort(sorted, {}, [](const OpenRow* open) {
    return std::tuple_cat(identity(open->row), std::tie(open->page));
  });
  return std::ranges::adjacent_find(sorted, [](const OpenRow* a, const OpenRow* b) {
           return a->row.same_as(b->row) && a->page != b->page;
         }) != sorted.end();
}

// Late rows come in order of time: those of one block ask once.
const std::optional<HistoryBlocks::Listed>& HistoryBlocks::ask_again(std::uint64_t time_ms) {
  if (asked_ms_ == time_ms) return asked_;
  asked_ms_ = time_ms;
  asked_.reset();
  if (blocks_asked_again_ < kBlocksAskedAgainMax) {
    ++blocks_asked_again_;
    asked_ = ask_block_(time_ms);
  }
  return asked_;
}

// Of two lists that are not cut in the same places: a row that both have, as often as in the one
// that has it less often; a row that only one has, as that one has it.
void HistoryBlocks::merge(const OpenRows& again) {
  const auto less = [](const OpenRow& a, const OpenRow& b) {
    return identity(a.row) < identity(b.row);
  };
  struct Times {
    std::size_t here = 0, again = 0, kept = 0;
  };
  std::map<OpenRow, Times, decltype(less)> times(less);
  for (const OpenRow& open : open_)
    ++times[open].here;
  for (const OpenRow& open : again)
    ++times[open].again;
  std::erase_if(open_, [&](const OpenRow& open) {
    Times& row = times.find(open)->second;
    return row.again > 0 && row.kept++ >= row.again;
  });
  for (const OpenRow& open : again) {
    if (times.find(open)->second.here == 0) open_.push_back(open);
  }
}

void HistoryBlocks::settle_doubt() {
  const std::size_t before = open_.size();
  const auto& again = ask_again(*last_ms_);
  OpenRows rows;
  for (std::size_t i = 0; again && i < again->rows.size(); ++i)
    rows.push_back({again->rows[i], counts_.pages});
  const bool one_page = again && again->one_page && !rows.empty();
  if (one_page) {
    open_ = std::move(rows);  // as often as in one page: so often
  } else if (again) {
    merge(rows);
  }
  if (before > open_.size()) counts_.repeated += before - open_.size();
  if (!one_page && in_doubt()) ++counts_.unsure;
}

}  // namespace clew::providers
