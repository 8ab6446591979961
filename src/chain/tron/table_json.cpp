#include "chain/tron/table_json.h"

#include <algorithm>
#include <limits>
#include <map>

#include "chain/tron/address.h"
#include "chain/tron/json_document.h"
#include "chain/tron/json_fields.h"

namespace clew::tron {
namespace {

// java-tron has counted versions from 0 to about 30 since 2018.
constexpr std::uint64_t kVersionsMax = 64;
constexpr std::uint64_t kMillis = 1000;

// A number that a table may leave out.
Result<std::uint64_t> read_told(JsonValue field, std::string_view key) {
  if (is_null(field)) return std::uint64_t{0};
  return read_count(field, key);
}

struct TableTx {
  std::uint64_t index = 0;
  Transaction tx;
  TransactionInfo info;
};
// Of logs and internal transactions: which transaction they are of, and their place among others.
template <class Row>
struct Owned {
  Hash256 tx{};
  std::uint64_t index = 0;
  Row row;
};

struct Tables {
  Header header;
  Hash256 id{};
  std::uint64_t blocks = 0, transaction_count = 0, size = 0;
  std::vector<TableTx> txs;
  std::vector<Owned<Log>> logs;
  std::vector<Owned<InternalTransaction>> internal;
};

Result<void> read_block_field(JsonValue field, std::string_view key, Tables& tables) {
  auto& header = tables.header;
  if (key == "block_id") return store(read_count(field, key), header.number);
  if (key == "block_hash") return store(read_hash(field, key), tables.id);
  if (key == "parent_hash") return store(read_hash(field, key), header.parent);
  if (key == "transactions_root") return store(read_hash(field, key), header.tx_root);
  if (key == "transaction_count") return store(read_count(field, key), tables.transaction_count);
  if (key == "size") return store(read_count(field, key), tables.size);
  if (key == "timestamp") {
    CLEW_CHECK(store(read_count(field, key), header.time_ms));
    if (header.time_ms > std::numeric_limits<std::uint64_t>::max() / kMillis)
      return fail_field(key, "too much");
    header.time_ms *= kMillis;
  }
  if (key == "state_root") return store(read_hex(field, key), header.account_state_root);
  if (key == "miner") {
    CLEW_TRY(account, read_account(field, key));
    if (!account) return fail_field(key, "not an address");
    header.witness = prefixed(*account);
  }
  return {};
}

Result<void> read_block(JsonValue row, Tables& tables) {
  ++tables.blocks;
  return for_each_field(row, "block", [&](auto key, JsonValue field) {
    return read_block_field(field, key, tables);
  });
}

Result<void> read_tx_field(JsonValue field, std::string_view key, TableTx& row) {
  auto& [index, tx, info] = row;
  if (key == "transaction_index") return store(read_told(field, key), index);
  if (key == "from_address") return store(read_account(field, key), tx.owner);
  if (key == "to_address") return store(read_account(field, key), tx.to);
  if (key == "receipt_contract_address") return store(read_account(field, key), info.contract);
  if (key == "value") return store(read_told(field, key), tx.amount);
  if (key == "receipt_gas_used") return store(read_told(field, key), info.energy_used);
  if (key == "fee") return store(read_told(field, key), info.fee);
  if (key == "tx_hash") {
    CLEW_TRY(hash, read_hash(field, key));
    tx.id = info.id = hash;
  }
  if (key == "input") return store(read_hex(field, key), tx.input);
  if (key == "transaction_type") {
    CLEW_TRY(type, read_count(field, key));
    if (type > std::numeric_limits<std::uint32_t>::max()) return fail_field(key, "too much");
    tx.type = static_cast<ContractType>(type);
  } else if (key == "receipt_status" && !is_null(field)) {
    CLEW_TRY(status, read_count(field, key));
    tx.success = status != 0;
  }
  return {};
}

Result<void> read_tx(JsonValue value, Tables& tables) {
  TableTx row;
  CLEW_CHECK(for_each_field(value, "transaction", [&](auto key, JsonValue field) {
    return read_tx_field(field, key, row);
  }));
  tables.txs.push_back(std::move(row));
  return {};
}

Result<void> read_log(JsonValue value, Tables& tables) {
  Owned<Log> log;
  CLEW_CHECK(for_each_field(value, "log", [&](auto key, JsonValue field) -> Result<void> {
    if (key == "tx_hash") return store(read_hash(field, key), log.tx);
    if (key == "log_index") return store(read_count(field, key), log.index);
    return read_log_field(field, key, log.row);
  }));
  tables.logs.push_back(std::move(log));
  return {};
}

Result<void> read_trace(JsonValue value, Tables& tables) {
  Owned<InternalTransaction> trace;
  bool of_token = false;
  CLEW_CHECK(for_each_field(value, "trace", [&](auto key, JsonValue field) -> Result<void> {
    auto& row = trace.row;
    if (key == "tx_hash") return store(read_hash(field, key), trace.tx);
    if (key == "trace_index") return store(read_told(field, key), trace.index);
    if (key == "caller_address") {
      CLEW_TRY(account, read_account(field, key));
      row.from = account.value_or(chain::Account{});
    }
    if (key == "transferto_address") return store(read_account(field, key), row.to);
    if (key == "call_value") return store(read_told(field, key), row.amount);
    if (key == "call_token_id") {
      of_token = !is_null(field);
    }
    if (key == "rejected") return store(read_flag(field, key), row.rejected);
    return {};
  }));
  if (of_token) trace.row.amount = 0;
  tables.internal.push_back(trace);
  return {};
}

Result<void> read_tables(JsonValue root, Tables& tables) {
  return for_each_field(root, "tables", [&](auto key, JsonValue table) -> Result<void> {
    const auto rows = [&](const char* row, auto read) {
      return for_each_element(table, key, row, [&](JsonValue one) { return read(one, tables); });
    };
    if (key == "blocks") return rows("block", read_block);
    if (key == "transactions") return rows("transaction", read_tx);
    if (key == "logs") return rows("log", read_log);
    if (key == "traces") return rows("trace", read_trace);
    return {};
  });
}

// Gives each transaction its place, and what came of it.
Result<void> put_together(Tables& tables, Block& block) {
  std::ranges::stable_sort(tables.txs, {}, &TableTx::index);
  std::map<Hash256, std::size_t> places;
  block.infos.emplace();
  for (auto& [index, tx, info] : tables.txs) {
    if (index != block.txs.size() || !places.emplace(tx.id, index).second)
      return fail(ErrorKind::data, "transaction " + std::to_string(block.txs.size()) +
                                       " is missing, or there are two of it");
    block.txs.push_back(std::move(tx));
    block.infos->push_back(std::move(info));
  }
  const auto info_of = [&](const Hash256& tx) {
    const auto place = places.find(tx);
    return place == places.end() ? nullptr : &(*block.infos)[place->second];
  };
  std::ranges::stable_sort(tables.logs, {}, &Owned<Log>::index);
  std::ranges::stable_sort(tables.internal, {}, &Owned<InternalTransaction>::index);
  for (auto& log : tables.logs) {
    auto* info = info_of(log.tx);
    if (info == nullptr) return fail(ErrorKind::data, "a log is of no transaction of the block");
    info->logs.push_back(std::move(log.row));
  }
  for (auto& trace : tables.internal) {
    auto* info = info_of(trace.tx);
    if (info == nullptr) return fail(ErrorKind::data, "a trace is of no transaction of the block");
    info->internal.push_back(trace.row);
  }
  return {};
}

}  // namespace

struct TableJsonReader::Impl {
  JsonDocument document;
};

TableJsonReader::TableJsonReader() : impl_(std::make_unique<Impl>()) {}
TableJsonReader::~TableJsonReader() = default;

Result<Block> TableJsonReader::read_block(std::string_view json) {
  Tables tables;
  CLEW_CHECK(impl_->document.parse(json, "tables",
                                   [&](JsonValue root) { return read_tables(root, tables); }));
  if (tables.blocks != 1)
    return fail(ErrorKind::data,
                "\"blocks\": " + std::to_string(tables.blocks) + " blocks, not one");
  if (tables.transaction_count != tables.txs.size())
    return fail(ErrorKind::data, "\"transaction_count\" is " +
                                     std::to_string(tables.transaction_count) + ", but there are " +
                                     std::to_string(tables.txs.size()) + " transactions");
  Block block{.header = tables.header, .id = tables.id};
  block.size = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(tables.size, std::numeric_limits<std::uint32_t>::max()));
  while (block_id(block.header) != block.id)
    if (++block.header.version == kVersionsMax)
      return fail_field("block_hash", "not the hash of the header in any version");
  CLEW_CHECK(put_together(tables, block));
  return block;
}

}  // namespace clew::tron
