#include "detect/examine/tron_case.h"

#include "base/sha256.h"
#include "base/time_text.h"
#include "chain/tron/address.h"
#include "labels/account_subject.h"

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
  // Of a token that the provider does not know, each row stands alone: two of them need not be of
  // one token, so that their amounts do not compare.
  std::uint32_t token(std::uint32_t place) {
    const auto& info = history_.tokens[place];
    std::string key;
    if (info.contract)
      key = tron::to_text(*info.contract);
    else
      key = "#" + std::to_string(unknown_++);
    const auto seen = tokens_.see(key);
    if (seen.first)
      file_.tokens.push_back({info.contract ? key : std::string(), info.symbol, info.decimals});
    return seen.number;
  }
  std::uint64_t of_unknown_tokens() const { return unknown_; }

 private:
  CaseFile& file_;
  const providers::History& history_;
  Numbering accounts_, tokens_;
  std::uint64_t unknown_ = 0;
};

// What a history is, in few letters: rows that differ in anything have another.
class Digest {
 public:
  void add(const providers::HistoryRow& row) {
    bytes_.insert(bytes_.end(), row.transaction.begin(), row.transaction.end());
    add(row.from), add(row.to);
    const auto value = row.value.to_big_endian();
    bytes_.insert(bytes_.end(), value.begin(), value.end());
    for (int shift = 0; shift < 64; shift += 8)
      bytes_.push_back(static_cast<std::uint8_t>(row.time_ms >> shift));
    bytes_.push_back(row.confirmed ? 1 : 0);
  }
  void add(const chain::Account& account) {
    bytes_.insert(bytes_.end(), account.begin(), account.end());
  }
  void add(const std::string& text) {
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    bytes_.push_back(0);
  }
  std::string text() const {
    constexpr std::size_t kBytes = 8;
    return to_hex(ByteView(sha256(bytes_)).first(kBytes));
  }

 private:
  Bytes bytes_;
};

}  // namespace

std::optional<std::string> tron_spelling(const labels::Label& label) {
  const auto account = labels::account_of(label, evm::AddressForm::tron);
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
  Digest digest;
  digest.add(key.address);
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
    digest.add(row);
    digest.add(file.tokens[out.token].asset);
  }
  const auto& state = history.state;
  file.extent = {.complete = state.complete, .missing = state.missing, .source = key.source};
  if (unconfirmed > 0)
    file.extent.notes.push_back(std::to_string(unconfirmed) + " rows are not confirmed yet");
  if (state.unsure > 0)
    file.extent.notes.push_back("of " + std::to_string(state.unsure) +
                                " blocks it is not known whether equal rows are several transfers");
  if (cast.of_unknown_tokens() > 0)
    file.extent.notes.push_back(std::to_string(cast.of_unknown_tokens()) +
                                " rows are of tokens that the provider does not know: their "
                                "amounts are compared with no other");
  file.snapshot = key.source + ":" +
                  (state.whole_until_ms ? moment(*state.whole_until_ms) : std::string("-")) + ":" +
                  std::to_string(file.rows.size()) + ":" + digest.text();
  return file;
}

}  // namespace clew::examine
