// Answers of providers: pages of histories, refusals, screenings. What is taken is of its form and
// within its limits, and says the same when it is written and read once more.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/json_text.h"
#include "base/utf8.h"
#include "chain/tron/address.h"
#include "ingest/tron/sanctions_api.h"
#include "ingest/tron/trongrid_json.h"
#include "net/http.h"

namespace {

using namespace clew;
using providers::Trc20Page;
using providers::Trc20Row;

void require(bool holds) {
  if (!holds) std::abort();
}

void write(const Trc20Row& row, JsonText& json) {
  json.open_object();
  json.key("transaction_id");
  json.string(to_hex(row.transaction));
  json.key("token_info");
  json.open_object();
  json.key("symbol");
  json.string(row.token.symbol);
  json.key("name");
  json.string(row.token.name);
  if (row.token.contract) {
    json.key("address");
    json.string(tron::to_text(*row.token.contract));
  }
  if (row.token.decimals) {
    json.key("decimals");
    json.number(*row.token.decimals);
  }
  json.close_object();
  json.key("block_timestamp");
  json.number(row.time_ms);
  json.key("from");
  json.string(tron::to_text(row.from));
  json.key("to");
  json.string(tron::to_text(row.to));
  json.key("type");
  json.string(row.transfer ? "Transfer" : "Approval");
  json.key("value");
  json.string(row.value.to_decimal());
  json.close_object();
}

std::string written(const Trc20Page& page) {
  std::string text;
  JsonText json(text);
  json.open_object();
  json.key("data");
  json.open_array();
  for (const Trc20Row& row : page.rows)
    write(row, json);
  json.close_array();
  json.key("meta");
  json.open_object();
  json.key("fingerprint");
  json.string(page.fingerprint);
  json.close_object();
  json.close_object();
  return text;
}

void check(const Trc20Page& page) {
  static providers::PageReader reader;
  require(page.rows.size() <= providers::PageReader::kRowsMax);
  require(page.fingerprint.size() <= providers::PageReader::kFingerprintMax);
  for (const Trc20Row& row : page.rows) {
    require(valid_utf8(row.token.symbol) && valid_utf8(row.token.name));
    require(row.token.symbol.size() <= providers::TokenInfo::kSymbolMax);
    require(row.token.name.size() <= providers::TokenInfo::kNameMax);
  }
  std::string text = written(page);
  const auto again = reader.read(text);
  require(again && again->rows.size() == page.rows.size());
  require(again->fingerprint == page.fingerprint);
  for (std::size_t i = 0; i < page.rows.size(); ++i) {
    require(again->rows[i].same_as(page.rows[i]));
    require(again->rows[i].token == page.rows[i].token);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static providers::PageReader reader;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string body(text);
  if (const auto page = reader.read(body)) check(*page);
  if (const auto refusal = providers::read_refusal(text)) {
    require(valid_utf8(refusal->message) && refusal->message.size() <= 303);
    require(!refusal->suspended_seconds || *refusal->suspended_seconds >= 0);
  }
  if (const auto found = providers::read_identifications(text)) {
    require(found->size() <= 100);
    for (const auto& one : *found)
      require(valid_utf8(one.name) && valid_utf8(one.description));
  }
  return 0;
}
