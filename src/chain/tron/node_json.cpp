#include "chain/tron/node_json.h"

#include <array>
#include <functional>

#include "base/sha256.h"
#include "chain/tron/address.h"
#include "chain/tron/json_document.h"
#include "chain/tron/json_fields.h"
#include "chain/tron/protobuf.h"

namespace clew::tron {
namespace {

// Transaction.Result.contractResult, by number.
constexpr std::array<std::string_view, 16> kOutcomes = {"DEFAULT",
                                                        "SUCCESS",
                                                        "REVERT",
                                                        "BAD_JUMP_DESTINATION",
                                                        "OUT_OF_MEMORY",
                                                        "PRECOMPILED_CONTRACT",
                                                        "STACK_TOO_SMALL",
                                                        "STACK_TOO_LARGE",
                                                        "ILLEGAL_OPERATION",
                                                        "STACK_OVERFLOW",
                                                        "OUT_OF_ENERGY",
                                                        "OUT_OF_TIME",
                                                        "JVM_STACK_OVER_FLOW",
                                                        "UNKNOWN",
                                                        "TRANSFER_FAILED",
                                                        "INVALID_CODE"};

// {contractRet, fee, ret} as the message that it was.
Result<Bytes> read_result(JsonValue value) {
  std::uint64_t fee = 0, code = 0, outcome = 0;
  CLEW_CHECK(for_each_field(value, "ret", [&](auto key, JsonValue field) -> Result<void> {
    if (key == "fee") return store(read_count(field, key), fee);
    if (key == "ret") {
      CLEW_TRY(text, read_text(field, key));
      code = text == "FAILED" ? 1 : 0;
    } else if (key == "contractRet") {
      CLEW_TRY(text, read_text(field, key));
      while (outcome < kOutcomes.size() && kOutcomes[outcome] != text)
        ++outcome;
      if (outcome == kOutcomes.size()) return fail_field(key, "no known outcome");
    }
    return {};
  }));
  Bytes message;
  ProtoWriter writer(message);
  writer.number(1, fee);
  writer.number(2, code);
  writer.number(3, outcome);
  return message;
}

Result<void> read_transaction(JsonValue value, Block& block) {
  std::optional<Hash256> id;
  Bytes raw;
  std::vector<Bytes> signatures, results;
  CLEW_CHECK(for_each_field(value, "transaction", [&](auto key, JsonValue field) -> Result<void> {
    if (key == "txID") return store(read_hash(field, key), id);
    if (key == "raw_data_hex") return store(read_hex(field, key), raw);
    if (key == "signature") {
      return for_each_element(field, key, key, [&](JsonValue one) -> Result<void> {
        CLEW_TRY(bytes, read_hex(one, "signature"));
        signatures.push_back(std::move(bytes));
        return {};
      });
    } else if (key == "ret") {
      return for_each_element(field, key, key, [&](JsonValue one) -> Result<void> {
        CLEW_TRY(result, read_result(one));
        results.push_back(std::move(result));
        return {};
      });
    }
    return {};
  }));
  Bytes message;
  ProtoWriter writer(message);
  writer.bytes(1, raw);
  for (const auto& signature : signatures)
    writer.element(2, signature);
  for (const auto& result : results)
    writer.element(5, result);
  CLEW_TRY(tx, decode_transaction(message));
  if (!id) return fail_missing("txID");
  if (tx.id != *id) return fail_field("txID", "not the hash of raw_data_hex");
  block.txs.push_back(std::move(tx));
  block.leaves.push_back(sha256(message));
  block.size += static_cast<std::uint32_t>(message.size());
  return {};
}

Result<Bytes> witness_of(JsonValue field, std::string_view key) {
  CLEW_TRY(text, read_text(field, key));
  if (const auto account = parse_address(text)) return prefixed(*account);
  if (auto bytes = from_hex(text)) return std::move(*bytes);  // the first block's is none
  return fail_field(key, "not an address");
}

Result<void> read_raw_header(JsonValue value, Header& header) {
  return for_each_field(value, "raw_data", [&](auto key, JsonValue field) -> Result<void> {
    if (key == "timestamp") return store(read_count(field, key), header.time_ms);
    if (key == "number") return store(read_count(field, key), header.number);
    if (key == "witness_id") return store(read_count(field, key), header.witness_id);
    if (key == "version") return store(read_count(field, key), header.version);
    if (key == "txTrieRoot") return store(read_hash(field, key), header.tx_root);
    if (key == "parentHash") return store(read_hash(field, key), header.parent);
    if (key == "witness_address") return store(witness_of(field, key), header.witness);
    if (key == "accountStateRoot") return store(read_hex(field, key), header.account_state_root);
    return {};
  });
}

Result<Log> read_log(JsonValue value) {
  Log log;
  CLEW_CHECK(for_each_field(
      value, "log", [&](auto key, JsonValue field) { return read_log_field(field, key, log); }));
  return log;
}

// {callValue, tokenId}: of TRX the second is left out.
Result<std::uint64_t> read_sun(JsonValue value) {
  std::uint64_t sun = 0;
  bool of_token = false;
  CLEW_CHECK(for_each_field(value, "callValueInfo", [&](auto key, JsonValue field) -> Result<void> {
    if (key == "callValue") return store(read_count(field, key), sun);
    if (key == "tokenId") {
      CLEW_TRY(text, read_text(field, key));
      of_token = !text.empty();
    }
    return {};
  }));
  return of_token ? 0 : sun;
}

Result<InternalTransaction> read_internal(JsonValue value) {
  InternalTransaction internal;
  CLEW_CHECK(for_each_field(value, "internal", [&](auto key, JsonValue field) -> Result<void> {
    if (key == "caller_address") {
      CLEW_TRY(account, read_account(field, key));
      internal.from = account.value_or(chain::Account{});
    }
    if (key == "transferTo_address") return store(read_account(field, key), internal.to);
    if (key == "rejected") return store(read_flag(field, key), internal.rejected);
    if (key == "callValueInfo") {
      return for_each_element(field, key, "value", [&](JsonValue one) -> Result<void> {
        CLEW_TRY(sun, read_sun(one));
        if (internal.amount > ~std::uint64_t{0} - sun) return fail_field(key, "too much");
        internal.amount += sun;
        return {};
      });
    }
    return {};
  }));
  return internal;
}

Result<TransactionInfo> read_info(JsonValue value) {
  TransactionInfo info;
  CLEW_CHECK(for_each_field(value, "info", [&](auto key, JsonValue field) -> Result<void> {
    if (key == "id") return store(read_hash(field, key), info.id);
    if (key == "fee") return store(read_count(field, key), info.fee);
    if (key == "withdraw_amount") return store(read_count(field, key), info.withdrawn);
    if (key == "contract_address") return store(read_account(field, key), info.contract);
    if (key == "receipt") {
      return for_each_field(field, key, [&](auto name, JsonValue part) -> Result<void> {
        if (name != "energy_usage_total") return {};
        return store(read_count(part, name), info.energy_used);
      });
    } else if (key == "log") {
      return for_each_element(field, key, key, [&](JsonValue one) -> Result<void> {
        CLEW_TRY(log, read_log(one));
        info.logs.push_back(std::move(log));
        return {};
      });
    } else if (key == "internal_transactions") {
      return for_each_element(field, key, key, [&](JsonValue one) -> Result<void> {
        CLEW_TRY(internal, read_internal(one));
        info.internal.push_back(internal);
        return {};
      });
    }
    return {};
  }));
  return info;
}

}  // namespace

struct NodeJsonReader::Impl {
  JsonDocument document;
};

NodeJsonReader::NodeJsonReader() : impl_(std::make_unique<Impl>()) {}
NodeJsonReader::~NodeJsonReader() = default;

Result<Block> NodeJsonReader::read_block(std::string_view json) {
  Block block;
  std::optional<Hash256> id;
  bool has_header = false;
  const std::function<Result<void>(std::string_view, JsonValue)> take =
      [&](std::string_view key, JsonValue field) -> Result<void> {
    if (key == "result") return for_each_field(field, "block", take);
    if (key == "Error") return fail_said(field);
    if (key == "blockID") return store(read_hash(field, key), id);
    if (key == "block_header") {
      has_header = true;
      return for_each_field(field, key, [&](auto name, JsonValue part) -> Result<void> {
        return name == "raw_data" ? read_raw_header(part, block.header) : Result<void>();
      });
    } else if (key == "transactions") {
      return for_each_element(field, key, "transaction",
                              [&](JsonValue one) { return read_transaction(one, block); });
    }
    return {};
  };
  CLEW_CHECK(impl_->document.parse(
      json, "answer", [&](JsonValue root) { return for_each_field(root, "block", take); }));
  if (!has_header && !id) return fail(ErrorKind::not_found, "the node has no such block");
  if (!has_header) return fail_missing("block_header");
  if (!id) return fail_missing("blockID");
  block.id = block_id(block.header);
  if (block.id != *id) return fail_field("blockID", "not the hash of the header");
  if (transactions_root(block.leaves) != block.header.tx_root)
    return fail_field("txTrieRoot", "not the root of the transactions");
  return block;
}

Result<std::vector<TransactionInfo>> NodeJsonReader::read_infos(std::string_view json) {
  std::vector<TransactionInfo> infos;
  const auto read_list = [&](JsonValue list) {
    return for_each_element(list, "infos", "transaction", [&](JsonValue one) -> Result<void> {
      CLEW_TRY(info, read_info(one));
      infos.push_back(std::move(info));
      return {};
    });
  };
  const std::function<Result<void>(JsonValue)> read = [&](JsonValue value) -> Result<void> {
    simdjson::ondemand::json_type type{};
    if (value.type().get(type) == simdjson::SUCCESS && type == simdjson::ondemand::json_type::array)
      return read_list(value);
    return for_each_field(value, "infos", [&](auto key, JsonValue field) -> Result<void> {
      if (key == "Error") return fail_said(field);
      return key == "result" ? read(field) : Result<void>();
    });
  };
  CLEW_CHECK(impl_->document.parse(json, "answer", read));
  return infos;
}

}  // namespace clew::tron
