#include "detect/examine/tron_case.h"

#include "base/time_text.h"
#include "chain/tron/address.h"

namespace clew::examine {
namespace {

constexpr std::uint64_t kMillis = 1000;

std::string moment(std::uint64_t time_ms) {
  return time_iso(static_cast<std::int64_t>(time_ms / kMillis));
}

// Numbers the accounts and tokens of a history as its rows come.
class Cast {
 public:
  Cast(CaseFile& file, const providers::History& history) : file_(file), history_(history) {}

  std::uint32_t account(const chain::Account& account) {
    const auto seen =
        accounts_.see({reinterpret_cast<const char*>(account.data()), account.size()});
    if (seen.first) file_.accounts.push_back(tron::to_text(account));
    return seen.number;
  }
  std::uint32_t token(std::uint32_t place) {
    const auto& info = history_.tokens[place];
    const auto asset = info.contract ? tron::to_text(*info.contract) : std::string();
    const auto seen = tokens_.see(asset);
    if (seen.first) file_.tokens.push_back({asset, info.symbol, info.decimals});
    return seen.number;
  }

 private:
  CaseFile& file_;
  const providers::History& history_;
  Numbering accounts_, tokens_;
};

}  // namespace

std::optional<std::string> tron_spelling(std::string_view text) {
  const auto account = text.starts_with('T') ? tron::parse_address(text) : std::nullopt;
  if (!account) return std::nullopt;
  return tron::to_text(*account);
}

CaseFile tron_case(const providers::HistoryKey& key, const providers::History& history) {
  CaseFile file;
  file.chain = "tron";
  file.address = tron::to_text(key.address);
  file.transaction_text = to_hex;
  Cast cast(file, history);
  cast.account(key.address);
  file.rows.reserve(history.rows.size());
  file.transactions.reserve(history.rows.size());
  std::uint64_t unconfirmed = 0;
  for (const auto& row : history.rows) {
    anomaly::Row out;
    out.time = static_cast<std::int64_t>(row.time_ms / kMillis);
    out.value = row.value;
    out.from = cast.account(row.from);
    out.to = cast.account(row.to);
    out.token = cast.token(row.token);
    file.rows.push_back(out);
    file.transactions.push_back(row.transaction);
    if (!row.confirmed) ++unconfirmed;
  }
  const auto& state = history.state;
  file.extent = {.complete = state.complete, .missing = state.missing, .source = key.source};
  if (unconfirmed > 0)
    file.extent.notes.push_back(std::to_string(unconfirmed) + " rows are not confirmed yet");
  if (state.unsure > 0)
    file.extent.notes.push_back("of " + std::to_string(state.unsure) +
                                " blocks it is not known whether equal rows are several transfers");
  file.snapshot = key.source + ":" +
                  (state.whole_until_ms ? moment(*state.whole_until_ms) : std::string("-")) + ":" +
                  std::to_string(file.rows.size());
  return file;
}

}  // namespace clew::examine
