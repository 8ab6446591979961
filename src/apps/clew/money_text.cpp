#include "apps/clew/money_text.h"

#include <charconv>

namespace clew::app {
namespace {

constexpr std::int64_t kCoin = 100'000'000;

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::optional<std::int64_t> amount_of(std::string_view text) {
  if (text.ends_with("sat")) return whole_number(text.substr(0, text.size() - 3));
  const auto dot = text.find('.');
  const auto coins = whole_number(text.substr(0, dot));
  if (!coins || *coins > 1'000'000'000) return std::nullopt;
  if (dot == text.npos) return *coins * kCoin;
  auto decimals = std::string(text.substr(dot + 1));
  if (decimals.empty() || decimals.size() > 8) return std::nullopt;
  decimals.resize(8, '0');
  const auto part = whole_number(decimals);
  if (!part) return std::nullopt;
  return *coins * kCoin + *part;
}

}  // namespace

Result<std::int64_t> parse_amount(const std::string& text) {
  if (const auto amount = amount_of(text)) return *amount;
  return fail(ErrorKind::usage,
              "'" + text + "' is not an amount: write coins (0.01) or satoshi (5000sat)");
}

Json output_json(const ledger::Snapshot& s, const ShownOutput& shown) {
  Json document = {{"txid", nullptr},
                   {"vout", nullptr},
                   {"address", nullptr},
                   {"value", nullptr},
                   {"outside", shown.outside != ledger::kNone}};
  if (shown.output != ledger::kNone) {
    const auto creator = s.tx_of_output(shown.output);
    document["txid"] = to_display(s.txid(creator));
    document["vout"] = shown.output - s.tx(creator).first_output;
  } else if (shown.outside != ledger::kNone) {
    const auto outpoint = s.outpoint(shown.outside);
    document["txid"] = to_display(outpoint.txid);
    document["vout"] = outpoint.vout;
  } else if (shown.fee_of != ledger::kNone) {
    document["txid"] = to_display(s.txid(shown.fee_of));
  }
  if (shown.address != ledger::kNoAddress) document["address"] = s.address_text(shown.address);
  if (shown.value) document[shown.least ? "value_at_least" : "value"] = *shown.value;
  return document;
}

Json path_json(const ledger::Snapshot& s, const graph::TracePath& path) {
  auto hops = Json::array();
  for (const auto& hop : path.hops) {
    auto document =
        output_json(s, {hop.output, hop.outside, hop.tx, hop.address, hop.value, hop.least});
    document["amount"] = hop.amount;
    hops.push_back(std::move(document));
  }
  return {{"amount", path.amount}, {"hops", hops}};
}

Json path_json(const ledger::Snapshot& s, const graph::MoneyPath& path) {
  auto hops = Json::array();
  for (const auto& hop : path.hops) {
    ShownOutput shown{hop.output, hop.outside};
    shown.address = hop.address;
    if (hop.value != graph::kUnknownValue) shown.value = hop.value;
    hops.push_back(output_json(s, shown));
  }
  return {{"amount", path.amount}, {"hops", hops}};
}

}  // namespace clew::app
