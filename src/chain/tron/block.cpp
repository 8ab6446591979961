#include "chain/tron/block.h"

#include <algorithm>

#include "base/sha256.h"
#include "chain/tron/contract.h"
#include "chain/tron/protobuf.h"

namespace clew::tron {
namespace {

constexpr std::uint64_t kSuccess = 1;  // Transaction.Result.contractResult

Result<void> read_hash(ByteView bytes, const char* what, Hash256& hash) {
  if (bytes.size() != hash.size())
    return fail(ErrorKind::data, std::string(what) + " is not of 32 bytes");
  std::ranges::copy(bytes, hash.begin());
  return {};
}

// {type, Any {type_url, value}}
Result<void> read_typed(ByteView message, Transaction& tx) {
  ProtoReader reader(message);
  ByteView any, parameter;
  tx.type = ContractType::account_create;  // number 0, which is not written
  for (ProtoField field; reader.next(field);) {
    if (field.number == 1)
      tx.type = static_cast<ContractType>(static_cast<std::uint32_t>(reader.number(field)));
    else if (field.number == 2)
      any = reader.bytes(field);
  }
  CLEW_CHECK(reader.finish());
  ProtoReader inner(any);
  for (ProtoField field; inner.next(field);)
    if (field.number == 2) parameter = inner.bytes(field);
  CLEW_CHECK(inner.finish());
  return read_contract(tx.type, parameter, tx);
}

Result<void> read_raw(ByteView raw, Transaction& tx) {
  ProtoReader reader(raw);
  std::size_t contracts = 0;
  for (ProtoField field; reader.next(field);) {
    switch (field.number) {
      case 11:
        if (++contracts == 1) CLEW_CHECK(read_typed(reader.bytes(field), tx));
        break;
      case 14:
        tx.time_ms = reader.number(field);
        break;
      case 18:
        tx.fee_limit = reader.number(field);
        break;
      default:
        break;
    }
  }
  CLEW_CHECK(reader.finish());
  if (contracts != 1)
    return fail(ErrorKind::data, "it has " + std::to_string(contracts) + " contracts, not one");
  tx.id = sha256(raw);
  return {};
}

Result<bool> read_success(ByteView result) {
  ProtoReader reader(result);
  std::uint64_t outcome = 0;
  for (ProtoField field; reader.next(field);)
    if (field.number == 3) outcome = reader.number(field);
  CLEW_CHECK(reader.finish());
  return outcome == 0 || outcome == kSuccess;
}

Result<Header> read_raw_header(ByteView raw) {
  Header header;
  ProtoReader reader(raw);
  for (ProtoField field; reader.next(field);) {
    switch (field.number) {
      case 1:
        header.time_ms = reader.number(field);
        break;
      case 2:
        CLEW_CHECK(read_hash(reader.bytes(field), "the transactions' root", header.tx_root));
        break;
      case 3:
        CLEW_CHECK(read_hash(reader.bytes(field), "the parent's hash", header.parent));
        break;
      case 7:
        header.number = reader.number(field);
        break;
      case 8:
        header.witness_id = reader.number(field);
        break;
      case 9: {
        const auto bytes = reader.bytes(field);
        header.witness.assign(bytes.begin(), bytes.end());
        break;
      }
      case 10:
        header.version = reader.number(field);
        break;
      case 11: {
        const auto bytes = reader.bytes(field);
        header.account_state_root.assign(bytes.begin(), bytes.end());
        break;
      }
      default:
        return fail(ErrorKind::unsupported,
                    "a header's field " + std::to_string(field.number) + " is not known");
    }
  }
  CLEW_CHECK(reader.finish());
  return header;
}

Result<Header> read_header(ByteView message) {
  ProtoReader reader(message);
  ByteView raw;
  for (ProtoField field; reader.next(field);)
    if (field.number == 1) raw = reader.bytes(field);
  CLEW_CHECK(reader.finish());
  return read_raw_header(raw);
}

Error no_header() {
  return {ErrorKind::data, "the block has no header"};
}

}  // namespace

Hash256 block_id(const Header& header) {
  Bytes raw;
  ProtoWriter writer(raw);
  writer.number(1, header.time_ms);
  writer.bytes(2, header.tx_root);
  writer.bytes(3, header.parent);
  writer.number(7, header.number);
  writer.number(8, header.witness_id);
  writer.bytes(9, header.witness);
  writer.number(10, header.version);
  writer.bytes(11, header.account_state_root);
  auto id = sha256(raw);
  for (std::size_t i = 0; i < sizeof header.number; ++i)
    id[i] = static_cast<std::uint8_t>(header.number >> (8 * (sizeof header.number - 1 - i)));
  return id;
}

Result<Transaction> decode_raw_transaction(ByteView raw_data) {
  Transaction tx;
  CLEW_CHECK(read_raw(raw_data, tx));
  return tx;
}

Result<Transaction> decode_transaction(ByteView message) {
  Transaction tx;
  ByteView raw;
  bool success = true;
  ProtoReader reader(message);
  for (ProtoField field; reader.next(field);) {
    if (field.number == 1) {
      raw = reader.bytes(field);
    } else if (field.number == 5) {
      CLEW_TRY(done, read_success(reader.bytes(field)));
      success = success && done;
    }
  }
  CLEW_CHECK(reader.finish());
  CLEW_CHECK(read_raw(raw, tx));
  tx.success = success;
  return tx;
}

Hash256 transactions_root(std::vector<Hash256> leaves) {
  if (leaves.empty()) return {};
  while (leaves.size() > 1) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < leaves.size(); i += 2, ++count) {
      if (i + 1 == leaves.size()) {
        leaves[count] = leaves[i];
        continue;
      }
      Bytes pair(leaves[i].begin(), leaves[i].end());
      pair.insert(pair.end(), leaves[i + 1].begin(), leaves[i + 1].end());
      leaves[count] = sha256(pair);
    }
    leaves.resize(count);
  }
  return leaves[0];
}

Result<Block> decode_block(ByteView message) {
  Block block;
  ProtoReader reader(message);
  bool has_header = false;
  for (ProtoField field; reader.next(field);) {
    if (field.number == 1) {
      auto tx = decode_transaction(reader.bytes(field));
      if (!tx) {
        return fail(
            std::move(tx).error().within("transaction " + std::to_string(block.txs.size())));
      }
      block.txs.push_back(std::move(*tx));
      block.leaves.push_back(sha256(field.bytes));
      block.size += static_cast<std::uint32_t>(field.bytes.size());
    } else if (field.number == 2) {
      auto header = read_header(reader.bytes(field));
      if (!header) return fail(std::move(header).error().within("header"));
      block.header = std::move(*header);
      has_header = true;
    }
  }
  CLEW_CHECK(reader.finish());
  if (!has_header) return fail(no_header());
  if (transactions_root(block.leaves) != block.header.tx_root)
    return fail(ErrorKind::data, "the transactions' root is not that of the header");
  block.id = block_id(block.header);
  return block;
}

Result<Header> decode_header(ByteView message) {
  std::optional<ByteView> header;
  ProtoReader reader(message);
  for (ProtoField field; reader.next(field);)
    if (field.number == 2) header = reader.bytes(field);
  CLEW_CHECK(reader.finish());
  if (!header) return fail(no_header());
  auto read = read_header(*header);
  if (!read) return fail(std::move(read).error().within("header"));
  return std::move(*read);
}

}  // namespace clew::tron
