#include "ingest/transfers/list_columns.h"

#include <algorithm>

namespace clew::ingest {
namespace {

// The usual names in lower case; those that come first are preferred.
struct FieldNames {
  std::string_view name;  // for --map
  std::vector<std::string_view> usual;
};

const std::array<FieldNames, kListFields>& fields() {
  static const std::array<FieldNames, kListFields> kFields = {{
      {"from",
       {"from", "from_address", "sender", "source", "src", "action_from", "caller_address",
        "calleraddress"}},
      {"to",
       {"to", "to_address", "receiver", "recipient", "destination", "dst", "action_to",
        "transferto_address", "transfertoaddress"}},
      {"value",
       {"value", "value_string", "value_binary", "value_hex", "amount", "amt", "quantity",
        "action_value_string", "action_value_binary", "action_value_hex", "action_value",
        "call_value", "callvalue"}},
      {"asset",
       {"asset", "token_address", "token", "erc20", "erc721", "erc1155", "contract_address"}},
      {"token_id", {"token_id", "tokenid", "token_id_string", "token_id_binary", "token_id_hex"}},
      {"time",
       {"time", "timestamp", "block_timestamp", "block_time", "ts", "datetime", "date",
        "blocktimestamp"}},
      {"block",
       {"block", "block_number", "blocknumber", "blk", "height", "block_height", "number",
        "block_id", "blockid"}},
      {"tx", {"tx", "transaction_hash", "tx_hash", "txhash", "transactionhash", "txid", "hash"}},
      {"kind", {"kind", "transfer_kind"}},
      {"tx_index", {"transaction_index", "tx_index", "transactionindex"}},
      {"log_index", {"log_index", "logindex"}},
      {"nonce", {"nonce"}},
      {"created", {"receipt_contract_address", "contractaddress", "created"}},
      {"success", {"success", "receipt_status", "status", "receiptstatus"}},
      {"failed", {"iserror", "is_error", "failed", "rejected"}},
      {"trace_kind", {"trace_type", "action_type", "note"}},
      {"call_kind", {"call_type", "action_call_type"}},
      {"trace_address", {"trace_address", "trace_index", "traceindex"}},
      {"error", {"error"}},
      {"row_type", {"type"}},
      {"fee", {"fee"}},
  }};
  return kFields;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string list_of(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names)
    out += (out.empty() ? "" : ", ") + name;
  return out;
}

}  // namespace

std::string_view list_field_name(ListField field) {
  return fields()[static_cast<std::size_t>(field)].name;
}

Result<ListMap> ListMap::parse(std::string_view spec) {
  ListMap map;
  while (!spec.empty()) {
    const auto end = std::min(spec.find(','), spec.size());
    const auto one = spec.substr(0, end);
    spec.remove_prefix(std::min(end + 1, spec.size()));
    const auto equals = one.find('=');
    const auto name = one.substr(0, equals);
    const auto found = std::find_if(fields().begin(), fields().end(),
                                    [&](const FieldNames& field) { return field.name == name; });
    if (equals == one.npos || found == fields().end()) {
      std::string known;
      for (const auto& field : fields())
        known += (known.empty() ? "" : ", ") + std::string(field.name);
      return fail(ErrorKind::usage, "--map takes field=column,…, not '" + std::string(one) +
                                        "'; the fields are " + known);
    }
    auto& column = map.columns_[static_cast<std::size_t>(found - fields().begin())];
    if (column) return fail(ErrorKind::usage, "--map has " + std::string(name) + " twice");
    column = std::string(one.substr(equals + 1));
  }
  return map;
}

void ListColumns::resolve(const std::vector<std::string>& columns) {
  for (std::size_t i = 0; i < kListFields; ++i) {
    places_[i] = kNone;
    const auto take = [&](std::string_view wanted, bool exact) {
      for (std::size_t at = 0; at < columns.size() && places_[i] == kNone; ++at)
        if (exact ? columns[at] == wanted : lower(columns[at]) == wanted) places_[i] = at;
    };
    if (const auto& mapped = map_->columns_[i]) {
      if (!mapped->empty()) take(*mapped, true);
      continue;
    }
    for (const auto usual : fields()[i].usual)
      take(usual, false);
  }
}

Result<void> ListColumns::check(const std::vector<std::string>& columns) const {
  for (std::size_t i = 0; i < kListFields; ++i) {
    const auto& mapped = map_->columns_[i];
    if (mapped && !mapped->empty() && places_[i] == kNone)
      return fail(ErrorKind::data,
                  "there is no column '" + *mapped + "'; there are " + list_of(columns));
  }
  return {};
}

}  // namespace clew::ingest
