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

Json output_json(const ledger::Snapshot& s, ledger::OutputId output, ledger::TxIndex tx,
                 ledger::AddressId address) {
  Json hop = {{"txid", nullptr}, {"vout", nullptr}, {"address", nullptr}};
  if (tx != ledger::kNone) hop["txid"] = to_display(s.txid(tx));
  if (output != ledger::kNone) hop["vout"] = output - s.tx(tx).first_output;
  if (address != ledger::kNoAddress) hop["address"] = s.address_text(address);
  return hop;
}

}  // namespace

Result<std::int64_t> parse_amount(const std::string& text) {
  if (const auto amount = amount_of(text)) return *amount;
  return fail(ErrorKind::usage,
              "'" + text + "' is not an amount: write coins (0.01) or satoshi (5000sat)");
}

Json path_json(const ledger::Snapshot& s, const graph::TracePath& path) {
  auto hops = Json::array();
  for (const auto& hop : path.hops) {
    auto document = output_json(s, hop.output, hop.tx, hop.address);
    document["value"] = hop.value;
    document["amount"] = hop.amount;
    hops.push_back(std::move(document));
  }
  return {{"amount", path.amount}, {"hops", hops}};
}

Json path_json(const ledger::Snapshot& s, const graph::MoneyPath& path) {
  auto hops = Json::array();
  for (const auto& hop : path.hops) {
    auto document = output_json(s, hop.output, hop.created_by, hop.address);
    document["value"] = hop.value;
    hops.push_back(std::move(document));
  }
  return {{"amount", path.amount}, {"hops", hops}};
}

}  // namespace clew::app
