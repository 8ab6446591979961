#include "ingest/tron/replay/history_book.h"

#include <algorithm>
#include <limits>

#include "chain/tron/address.h"
#include "ingest/tron/trongrid_json.h"

namespace clew::replay {

HistoryBook::HistoryBook(std::vector<Trc20Row> rows) : rows_(std::move(rows)) {
  std::ranges::stable_sort(rows_, {}, &Trc20Row::time_ms);
  const auto know = [&](const chain::Account& account) {
    if (!texts_.contains(account)) texts_[account] = tron::to_text(account);
  };
  for (std::uint32_t i = 0; i < rows_.size(); ++i) {
    const Trc20Row& row = rows_[i];
    places_[row.from].push_back(i);
    if (row.to != row.from) places_[row.to].push_back(i);
    know(row.from);
    know(row.to);
    if (row.token.contract) know(*row.token.contract);
  }
}

const std::vector<std::uint32_t>& HistoryBook::of(const chain::Account& address) const {
  static const std::vector<std::uint32_t> kNone;
  const auto found = places_.find(address);
  return found == places_.end() ? kNone : found->second;
}

std::string HistoryBook::text_of(const chain::Account& account) const {
  return texts_.at(account);
}

void HistoryBook::write(std::uint32_t place, JsonText& json) const {
  const Trc20Row& row = rows_[place];
  json.open_object();
  json.key("transaction_id");
  json.string(to_hex(row.transaction));
  json.key("token_info");
  json.open_object();
  if (row.token.contract) {
    json.key("symbol");
    json.string(row.token.symbol);
    json.key("address");
    json.string(text_of(*row.token.contract));
    if (row.token.decimals) {
      json.key("decimals");
      json.number(*row.token.decimals);
    }
    json.key("name");
    json.string(row.token.name);
  }
  json.close_object();
  json.key("block_timestamp");
  json.number(row.time_ms);
  json.key("from");
  json.string(text_of(row.from));
  json.key("to");
  json.string(text_of(row.to));
  json.key("type");
  json.string(row.transfer ? "Transfer" : "Approval");
  json.key("value");
  json.string(row.value.to_decimal());
  json.close_object();
}

Result<std::vector<Trc20Row>> load_history_rows(const std::string& path, FileSystem& files) {
  CLEW_TRY(bytes, files.read(path));
  std::string body(bytes.begin(), bytes.end());
  providers::PageReader reader(std::numeric_limits<std::size_t>::max());
  auto page = reader.read(body);
  if (!page) return fail(std::move(page).error().within(path));
  return std::move(page->rows);
}

}  // namespace clew::replay
