// Pages of a history become blocks: all rows that one block has for the address, oldest block
// first.
//
// The provider numbers nothing. What belongs where follows from this:
// - All rows of one time are of one block. The last block of a page may go on in the next one, so
//   it is whole only when a later one was seen, or the end.
// - Rows that are alike in all fields are as many transfers where they come in one page: nothing
//   forbids a transaction to move the same twice. Where they come in two, the provider may have
//   begun the second page too early: their block is then asked for once more, by itself.
// - A page that begins with the end of the one before, over more than one block, began too early:
//   no list goes back to an earlier block.
// - A page may have come before its time, and what belongs before it come next, or not at all if
//   the list breaks off. So the last page is trusted only when one with later rows came after it,
//   or when it is known to be the first of its list.
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "ingest/tron/history_store.h"

namespace clew::providers {

struct ListingCounts {
  std::uint64_t pages = 0;
  std::uint64_t rows = 0;      // transfers taken
  std::uint64_t other = 0;     // rows that are no transfers
  std::uint64_t repeated = 0;  // rows that came again and were left out
  std::uint64_t late = 0;      // rows that came after those of later blocks
  std::uint64_t unsure = 0;    // blocks of which it cannot be said whether rows came again
  std::uint64_t restarts = 0;
};

// What takes the blocks.
class ListingSink {
 public:
  virtual ~ListingSink() = default;
  // Blocks in order of time, and later than all before. If all rows so far came in order, there is
  // none between two of them, nor since the last call.
  virtual Result<void> take(const std::vector<BlockRows>& blocks, bool in_order) = 0;
  // Rows that came after those of later blocks, each with how often it is there at least. How many
  // of each are new. From now on nothing is in order.
  virtual Result<std::vector<std::size_t>> take_late(const std::vector<RowTimes>& rows) = 0;
};

class HistoryBlocks {
 public:
  // All rows of one block, and whether they came in one page; nothing if they cannot be had.
  struct Listed {
    std::vector<Trc20Row> rows;
    bool one_page = false;
  };
  using AskBlock = std::function<std::optional<Listed>(std::uint64_t time_ms)>;

  // `known_ms`: the time of a block that the list is sure to begin with, if there is one.
  HistoryBlocks(ListingSink& sink, std::size_t flush_rows, ListingCounts& counts,
                AskBlock ask_block, std::optional<std::uint64_t> known_ms)
      : sink_(sink),
        flush_rows_(flush_rows),
        counts_(counts),
        ask_block_(std::move(ask_block)),
        trusted_ms_(known_ms) {}

  // Whether it brought anything new. `now` decides when the sink is due.
  Result<bool> take_page(std::vector<Trc20Row> rows, double now);
  // The last page has been found to be where it belongs.
  void trust_last_page() { trusted_ms_ = last_ms_; }
  void distrust_order() { in_order_ = false; }
  // Forgets what is not trusted: all from trusted_ms() on is to come once more.
  void go_back();

  // What is left to the sink: all, or what is trusted.
  Result<void> end();
  Result<void> break_off() { return flush(false); }

  bool in_order() const { return in_order_; }
  std::optional<std::uint64_t> trusted_ms() const { return trusted_ms_; }
  std::optional<std::uint64_t> last_ms() const { return last_ms_; }  // of all rows seen
  std::uint64_t oldest_ms() const { return oldest_ms_; }
  std::size_t open_rows() const { return open_.size(); }
  bool in_open_block(const Trc20Row& row) const;
  // Where rows are not in order: takes what another list has, and tells whether anything was new.
  Result<bool> adds(const std::vector<Trc20Row>& rows);

 private:
  struct OpenRow {
    Trc20Row row;
    std::uint64_t page = 0;  // where it was
  };
  using OpenRows = std::vector<OpenRow>;

  void drop_overlap(std::vector<Trc20Row>& rows);
  void take_row(Trc20Row row);
  Result<void> take_late(std::vector<Trc20Row> rows);
  Result<std::size_t> settle_late(const RowTimes& row, std::size_t added);
  void close_block();
  bool in_doubt() const;
  void settle_doubt();
  void merge(const OpenRows& again);
  const std::optional<Listed>& ask_again(std::uint64_t time_ms);
  Result<void> flush(bool all);

  ListingSink& sink_;
  std::size_t flush_rows_;
  ListingCounts& counts_;
  AskBlock ask_block_;
  OpenRows open_;                  // of the last block seen, which may go on
  std::vector<BlockRows> closed_;  // not yet with the sink
  std::size_t closed_rows_ = 0;
  std::optional<double> flushed_at_;
  std::optional<std::uint64_t> trusted_ms_;  // everything before that time is here
  std::optional<std::uint64_t> last_ms_;     // of the open rows, if there are any
  std::uint64_t oldest_ms_ = std::numeric_limits<std::uint64_t>::max();
  std::vector<Trc20Row> page_before_;
  bool in_order_ = true;
  bool news_ = false;
  int blocks_asked_again_ = 0;
  std::optional<std::uint64_t> asked_ms_;  // the last of them, within a page
  std::optional<Listed> asked_;
};

}  // namespace clew::providers
