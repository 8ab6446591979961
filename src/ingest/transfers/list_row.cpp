#include "ingest/transfers/list_row.h"

#include <algorithm>

#include "chain/evm/transaction.h"
#include "ingest/transfers/list_values.h"

namespace clew::ingest {
namespace {

using chain::TransferKind;
using Source = ListRow::Source;
using enum ListField;

constexpr std::size_t kNameMax = 64;  // of an asset

tl::unexpected<Error> fail_cell(ListField field, std::string_view text, const char* what) {
  constexpr std::size_t kShown = 80;
  return fail(ErrorKind::data, std::string(list_field_name(field)) + " '" +
                                   std::string(text.substr(0, kShown)) + "' is not " + what);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

Result<std::optional<bool>> parse_flag(ListField field, std::string_view text) {
  if (text.empty()) return std::optional<bool>();
  const auto word = lower(text);
  if (word == "1" || word == "true" || word == "0x1" || word == "1.0") return std::optional(true);
  if (word == "0" || word == "false" || word == "0x0" || word == "0.0") return std::optional(false);
  return fail_cell(field, text, "1, 0, true or false");
}

std::optional<TransferKind> parse_kind(std::string_view text) {
  constexpr std::array<std::string_view, 8> kNames = {"native",  "internal",   "erc20", "erc721",
                                                      "erc1155", "withdrawal", "fee",   "reward"};
  const auto found = std::find(kNames.begin(), kNames.end(), lower(text));
  if (found == kNames.end()) return std::nullopt;
  return static_cast<TransferKind>(found - kNames.begin());
}

// The coin has no contract; some tools write one for it all the same.
bool is_zero_or_e(const chain::Account& account) {
  return std::all_of(account.begin(), account.end(), [](auto byte) { return byte == 0; }) ||
         std::all_of(account.begin(), account.end(), [](auto byte) { return byte == 0xee; });
}

bool is_token(TransferKind kind) {
  return kind == TransferKind::erc20 || kind == TransferKind::erc721 ||
         kind == TransferKind::erc1155;
}

}  // namespace

Result<void> ListRowReader::resolve(const std::vector<std::string>& columns, bool all) {
  columns_.resolve(columns);
  if (all) CLEW_CHECK(columns_.check(columns));
  const bool transfers = columns_.has(value) && (columns_.has(from) || columns_.has(to));
  const auto named = [&](std::string_view name) {
    return std::find(columns.begin(), columns.end(), name) != columns.end();
  };
  // ethereum-etl's table of blocks, and cryo's, name the number as nobody else does; GraphSense's
  // counts the transactions.
  const bool a_block_table =
      named("number") || named("transaction_count") || named("transactionCount");
  if (transfers || columns_.has(row_type) || (a_block_table && columns_.has(time))) return {};
  std::string names;
  for (const auto& name : columns)
    names += (names.empty() ? "" : ", ") + name;
  return fail(ErrorKind::data,
              "no columns say who paid whom what; --map says which do: there are " + names);
}

Result<std::optional<ListRow>> ListRowReader::read(const std::vector<ListCell>& cells) const {
  constexpr std::array<std::string_view, 4> kPassedOver = {"log", "receipt", "contract", "token"};
  const auto type = text(row_type, cells);
  if (std::find(kPassedOver.begin(), kPassedOver.end(), type) != kPassedOver.end())
    return std::optional<ListRow>();
  ListRow row;
  CLEW_CHECK(read_source(cells, row));
  CLEW_CHECK(read_place(cells, row));
  if (row.source == Source::block) return std::optional(std::move(row));
  CLEW_CHECK(read_parties(cells, row));
  CLEW_CHECK(read_asset(cells, row));
  CLEW_CHECK(read_value(cells, row));
  if (row.source == Source::call) CLEW_CHECK(read_call(cells, row));
  if (row.source == Source::transaction) CLEW_CHECK(read_created(cells, row));
  if (!row.from && !row.to && row.moves && !row.value.is_zero())
    return fail(ErrorKind::data, "neither from nor to is told");
  return std::optional(std::move(row));
}

// What the row is: as it says itself, or as its columns tell.
Result<void> ListRowReader::read_source(const std::vector<ListCell>& cells, ListRow& row) const {
  const auto type = text(row_type, cells);
  const bool a_block = type == "block" || (type.empty() && !columns_.has(value));
  if (a_block) {
    row.source = Source::block;
  } else if (type == "trace" || !text(trace_kind, cells).empty()) {
    row.source = Source::call;
  } else if (type == "transaction" || (columns_.has(nonce) && !columns_.has(asset)) ||
             ((columns_.has(failed) || columns_.has(fee)) && !columns_.has(asset))) {
    row.source = Source::transaction;
  }
  if (const auto word = text(kind, cells); !word.empty()) {
    const auto parsed = parse_kind(word);
    if (!parsed) return fail_cell(kind, word, "a kind of transfer");
    row.kind = *parsed;
  }
  CLEW_TRY(good, parse_flag(success, text(success, cells)));
  CLEW_TRY(bad, parse_flag(failed, text(failed, cells)));
  row.success = good.value_or(true) && !bad.value_or(false);
  return {};
}

Result<void> ListRowReader::read_place(const std::vector<ListCell>& cells, ListRow& row) const {
  const auto number = [&](ListField field, std::string_view word, auto& out) -> Result<void> {
    if (word.empty()) return {};
    const auto parsed = parse_list_number(word);
    if (!parsed || *parsed >= 0xffffffff) return fail_cell(field, word, "a number");
    out = static_cast<typename std::decay_t<decltype(out)>::value_type>(*parsed);
    return {};
  };
  if (!options_.by_time) CLEW_CHECK(number(block, text(block, cells), row.block));
  CLEW_CHECK(number(tx_index, text(tx_index, cells), row.tx_index));
  CLEW_CHECK(number(log_index, text(log_index, cells), row.log_index));
  if (const auto word = text(time, cells); !word.empty()) {
    row.time = parse_moment(word);
    if (!row.time) return fail_cell(time, word, "a moment");
  }
  // Etherscan names what the genesis block gave as no transaction did: "GENESIS_" and the address.
  const auto word = text(tx, cells);
  if (!word.empty() && row.source != Source::block && !word.starts_with("GENESIS")) {
    row.tx = parse_list_hash(word);
    if (!row.tx) return fail_cell(tx, word, "a hash");
  }
  if (!row.block && !row.time) return fail(ErrorKind::data, "neither block nor time is told");
  return {};
}

Result<void> ListRowReader::read_parties(const std::vector<ListCell>& cells, ListRow& row) const {
  const auto party = [&](ListField field, std::optional<chain::Account>& out) -> Result<void> {
    const auto word = text(field, cells);
    if (word.empty() || word == "GENESIS") return {};
    out = parse_list_account(word);
    return out ? Result<void>() : fail_cell(field, word, "an address");
  };
  CLEW_CHECK(party(from, row.from));
  return party(to, row.to);
}

Result<void> ListRowReader::read_asset(const std::vector<ListCell>& cells, ListRow& row) const {
  if (row.source != Source::transfer) return {};
  auto word = text(asset, cells);
  if (word.empty()) word = options_.asset;
  const auto contract = parse_list_account(word);
  if (contract) {
    if (!is_zero_or_e(*contract)) row.asset.contract = *contract;
  } else if (!word.empty() && lower(word) != lower(options_.coin) && lower(word) != "native") {
    if (word.size() > kNameMax) return fail_cell(asset, word, "a contract or a short name");
    row.asset.contract = made_up_contract(word);
    if (std::find(made_up_.begin(), made_up_.end(), word) == made_up_.end())
      made_up_.emplace_back(word);
  }
  if (row.asset.is_native()) {
    if (is_token(row.kind)) return fail(ErrorKind::data, "a token, but no contract is told");
    return {};
  }
  if (!is_token(row.kind)) {
    if (!text(kind, cells).empty()) return fail(ErrorKind::data, "of the coin, but of a contract");
    row.kind = TransferKind::erc20;
  }
  if (const auto id = text(token_id, cells); !id.empty()) {
    const auto parsed = parse_amount(id, {});
    if (!parsed) return fail_cell(token_id, id, "a whole number less than 2^256");
    row.asset.token_id = *parsed;
    if (row.kind == TransferKind::erc20) row.kind = TransferKind::erc721;
  }
  return {};
}

Result<void> ListRowReader::read_value(const std::vector<ListCell>& cells, ListRow& row) const {
  const auto word = text(value, cells);
  if (const auto paid = text(fee, cells); !paid.empty()) {
    const auto parsed = parse_amount(paid, options_.decimals);
    if (!parsed) return fail_cell(fee, paid, "an amount as values are");
    row.fee = *parsed;
  }
  if (word.empty()) {
    // One of its kind; a call or creation without value.
    if (row.kind == TransferKind::erc721) row.value = U256(1);
    if (row.kind == TransferKind::erc721 || row.source != Source::transfer) return {};
    return fail(ErrorKind::data, "there is no value");
  }
  const auto parsed = parse_amount(word, options_.decimals);
  if (!parsed && amount_is_too_large(word, options_.decimals))
    return fail_cell(value, word, "less than 2^256, as every amount of such a chain is");
  if (!parsed)
    return fail_cell(value, word,
                     options_.decimals ? "an amount of coins with so many decimals"
                                       : "a whole number of base units (--decimals says how many "
                                         "digits one coin has)");
  const bool moves = row.to || !row.asset.is_native() || !options_.payee_needed;
  if (moves) row.value = *parsed;
  return {};
}

Result<void> ListRowReader::read_call(const std::vector<ListCell>& cells, ListRow& row) const {
  const auto type = lower(text(trace_kind, cells)), call = lower(text(call_kind, cells));
  const auto path_text = text(trace_address, cells);
  auto path = parse_trace_address(path_text);
  if (!path) return fail_cell(trace_address, path_text, "the place of a call");
  row.path = std::move(*path);
  row.kind = row.path.empty() ? TransferKind::native : TransferKind::internal;
  if (!text(error, cells).empty()) row.success = false;
  if (type == "reward") {
    row.kind = TransferKind::reward;
  } else if (type == "genesis" || type == "daofork") {
    row.kind = TransferKind::native;
  } else if (type == "create" || type == "create2") {
    row.creates = true;
  } else if (type == "suicide" || type == "selfdestruct") {
    row.kind = TransferKind::internal;
  } else if (type == "call") {
    row.moves = call.empty() || call == "call";
  } else {
    return fail_cell(trace_kind, type, "a kind of call");
  }
  if (row.moves && row.success && !row.value.is_zero() && !row.to)
    return fail(ErrorKind::data, "a call that brings value to nobody");
  return {};
}

// Who a contract's creation paid is not told by every tool, but follows.
Result<void> ListRowReader::read_created(const std::vector<ListCell>& cells, ListRow& row) const {
  if (row.to || options_.payee_needed) return {};
  row.creates = true;
  if (const auto word = text(created, cells); !word.empty()) {
    row.to = parse_list_account(word);
    return row.to ? Result<void>() : fail_cell(created, word, "an address");
  }
  const auto word = text(nonce, cells);
  const auto number = parse_list_number(word);
  if (!word.empty() && !number) return fail_cell(nonce, word, "a number");
  if (number && row.from) row.to = evm::contract_address(*row.from, *number);
  if (!row.to && !row.value.is_zero())
    return fail(ErrorKind::data, "whom it paid is not told, nor a nonce from which it follows");
  return {};
}

}  // namespace clew::ingest
