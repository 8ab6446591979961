// The rows that a TronGrid-shaped server answers from, in order, found by address.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json_text.h"
#include "base/result.h"
#include "ingest/tron/trc20_row.h"

namespace clew::replay {

using providers::Trc20Row;

class HistoryBook {
 public:
  // In any order; of one time in the order given.
  explicit HistoryBook(std::vector<Trc20Row> rows);

  // Places of an address's rows in order of time.
  const std::vector<std::uint32_t>& of(const chain::Account& address) const;
  const Trc20Row& row(std::uint32_t place) const { return rows_[place]; }
  std::size_t size() const { return rows_.size(); }
  // As TronGrid writes it.
  void write(std::uint32_t place, JsonText& json) const;

 private:
  std::string text_of(const chain::Account& account) const;

  std::vector<Trc20Row> rows_;
  std::map<chain::Account, std::vector<std::uint32_t>> places_;
  std::map<chain::Account, std::string> texts_;
};

// {"data": [...]} with rows in TronGrid's form, however many. data, not_found, io.
Result<std::vector<Trc20Row>> load_history_rows(const std::string& path,
                                                FileSystem& files = real_files());

}  // namespace clew::replay
