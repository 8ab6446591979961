#include "ingest/tron/history_collector.h"

#include <algorithm>

#include "base/time_text.h"

namespace clew::providers {
namespace {

std::string utc(std::uint64_t time_ms) {
  return time_iso(static_cast<std::int64_t>(time_ms / 1000));
}

// Of the patience, for the rows that are not confirmed: they must not cost those that are.
constexpr double kUnconfirmedShare = 1.0 / 3;

class MemorySink final : public ListingSink {
 public:
  Result<void> take(const std::vector<BlockRows>& blocks, bool) override {
    for (const BlockRows& block : blocks)
      rows.insert(rows.end(), block.rows.begin(), block.rows.end());
    return {};
  }
  Result<std::vector<std::size_t>> take_late(const std::vector<RowTimes>& late) override {
    std::vector<std::size_t> added;
    for (const auto& [row, times] : late) {
      const auto there = static_cast<std::size_t>(
          std::ranges::count_if(rows, [&](const Trc20Row& other) { return other.same_as(row); }));
      added.push_back(times > there ? times - there : 0);
      rows.insert(rows.end(), added.back(), row);
    }
    return added;
  }
  std::vector<Trc20Row> in_order() && {
    std::ranges::stable_sort(rows, {}, &Trc20Row::time_ms);
    return std::move(rows);
  }

 private:
  std::vector<Trc20Row> rows;
};

class StoreSink final : public ListingSink {
 public:
  StoreSink(HistoryStore& store, const HistoryKey& key, std::uint64_t from_ms)
      : store_(store), key_(key), from_ms_(from_ms) {}

  Result<void> take(const std::vector<BlockRows>& blocks, bool in_order) override {
    last_ms_ = blocks.back().time_ms;
    see(blocks.front().time_ms);
    // Out of order, what came late may lie between them.
    CLEW_CHECK(store_.replace(key_, in_order ? std::optional(from_ms_) : std::nullopt, blocks,
                              in_order ? last_ms_ : std::nullopt));
    from_ms_ = *last_ms_ + 1;
    return {};
  }
  Result<std::vector<std::size_t>> take_late(const std::vector<RowTimes>& rows) override {
    for (const RowTimes& late : rows)
      see(late.row.time_ms);
    return store_.ensure(key_, rows);
  }

  const std::optional<std::uint64_t>& first_ms() const { return first_ms_; }
  const std::optional<std::uint64_t>& last_ms() const { return last_ms_; }

 private:
  void see(std::uint64_t time_ms) { first_ms_ = std::min(first_ms_.value_or(time_ms), time_ms); }

  HistoryStore& store_;
  const HistoryKey& key_;
  std::uint64_t from_ms_;
  std::optional<std::uint64_t> first_ms_, last_ms_;  // of the blocks taken
};

class Collection {
 public:
  Collection(TronGrid& grid, HistoryStore& store, const CollectOptions& options,
             CollectReport& report)
      : grid_(grid), store_(store), options_(options), report_(report) {
    start_ = grid.provider().now();
  }

  Result<void> run() {
    CLEW_CHECK(list_unconfirmed());
    CLEW_CHECK(list_confirmed());
    HistoryState& state = report_.state;
    state.complete = missing_.empty();
    state.missing = missing_;
    state.asked_at = grid_.provider().date();
    report_.unconfirmed = unconfirmed_.size();
    return store_.finish(report_.key, state, unconfirmed_);
  }

 private:
  // Before the confirmed ones: what is confirmed meanwhile is then in both lists, not in neither.
  Result<void> list_unconfirmed() {
    if (options_.unconfirmed_rows_max == 0) return {};
    MemorySink sink;
    HistoryListing listing(grid_, query(false),
                           {.page_rows = options_.page_rows,
                            .rows_max = options_.unconfirmed_rows_max,
                            .give_up_at = start_ + options_.patience_seconds * kUnconfirmedShare},
                           sink);
    CLEW_TRY(whole, listing.run());
    unconfirmed_ = std::move(sink).in_order();
    if (!whole) miss("rows that are not confirmed: " + listing.missing());
    unsure_unconfirmed_ = listing.counts().unsure;
    return {};
  }

  Result<void> list_confirmed() {
    HistoryState& state = report_.state;
    const auto from = state.whole_until_ms;
    StoreSink sink(store_, report_.key, from.value_or(0));
    HistoryListing listing(grid_, query(true),
                           {.begins_with_known_block = from.has_value(),
                            .page_rows = options_.page_rows,
                            .rows_max = options_.rows_max,
                            .give_up_at = start_ + options_.patience_seconds,
                            .flush_rows = options_.flush_rows,
                            .after_page = options_.after_page},
                           sink);
    CLEW_TRY(whole, listing.run());
    report_.counts = listing.counts();
    report_.key_refused = listing.key_refused();
    if (!from) state.unsure = 0;  // all of it was asked for anew
    state.unsure += listing.counts().unsure;
    if (sink.last_ms() && (whole || listing.in_order())) state.whole_until_ms = sink.last_ms();
    if (!whole) {
      miss(until(state.whole_until_ms) + listing.missing());
    } else if (from) {
      hold_against(*from, sink);
    }
    note(listing.counts());
    return {};
  }

  // The last block known must be there, as it was confirmed.
  void hold_against(std::uint64_t known_ms, const StoreSink& sink) {
    if (!sink.first_ms()) {
      miss("whatever is new: " + grid_.provider().shown() +
           " does not show any more what it showed before; it is behind, or of another network");
    } else if (*sink.first_ms() != known_ms) {
      report_.state.whole_until_ms.reset();
      miss("older rows may have changed: " + grid_.provider().shown() +
           " does not show any more a block that it showed as confirmed; all will be asked for "
           "again");
    }
  }

  HistoryQuery query(bool confirmed) const {
    return {.address = report_.key.address,
            .confirmed = confirmed,
            .min_time_ms = report_.state.whole_until_ms.value_or(0)};
  }

  static std::string until(const std::optional<std::uint64_t>& time_ms) {
    return time_ms ? "all rows after " + utc(*time_ms) + ": " : "all rows: ";
  }

  void miss(const std::string& what) { missing_ += (missing_.empty() ? "" : "; ") + what; }

  void note(const ListingCounts& counts) {
    const auto add = [&](std::uint64_t n, const char* words) {
      if (n > 0) report_.notes.push_back(std::to_string(n) + words);
    };
    add(counts.repeated, " rows came again from the provider and were left out");
    add(counts.late, " rows came out of order");
    add(report_.state.unsure,
        " blocks have equal rows of one transaction that may have come twice");
  }

  TronGrid& grid_;
  HistoryStore& store_;
  const CollectOptions& options_;
  CollectReport& report_;
  double start_ = 0;
  std::vector<Trc20Row> unconfirmed_;
  std::uint64_t unsure_unconfirmed_ = 0;
  std::string missing_;
};

}  // namespace

Result<CollectReport> collect_history(TronGrid& grid, HistoryStore& store,
                                      const chain::Account& address,
                                      const CollectOptions& options) {
  CollectReport report;
  report.key = {options.source.empty() ? grid.provider().authority() : options.source, address};
  CLEW_TRY(state, store.state(report.key));
  report.state = std::move(state);
  const double age = grid.provider().date() - report.state.asked_at;
  if (report.state.complete && age >= 0 && age < options.fresh_seconds) return report;
  report.asked = true;
  CLEW_CHECK(Collection(grid, store, options, report).run());
  return report;
}

}  // namespace clew::providers
