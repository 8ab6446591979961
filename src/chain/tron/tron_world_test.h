// A small block of TRON as its messages and as a node's JSON, put together field by field.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/sha256.h"
#include "chain/tron/address.h"
#include "chain/tron/block.h"
#include "chain/tron/protobuf.h"
#include "tests/data.h"

namespace clew::tron::test {

inline chain::Account who(std::uint8_t number) {
  chain::Account account{};
  account.back() = number;
  return account;
}

inline Hash256 hash_of(std::string_view hex) {
  Hash256 hash{};
  EXPECT_TRUE(hex_into(hex.starts_with("0x") ? hex.substr(2) : hex, hash.data()));
  return hash;
}

inline Header header_of(std::uint64_t number, std::uint64_t seconds, const std::string& parent,
                        const std::string& root, const std::string& witness) {
  return {.time_ms = seconds * 1000,
          .tx_root = hash_of(root),
          .parent = hash_of(parent),
          .number = number,
          .witness = prefixed(*parse_address(witness))};
}

// 0: 1 pays 2; 1: 1 calls contract 9, which pays 5 three sun and moves tokens; 2: a call that
// fails; 3: rewards are withdrawn.
class World {
 public:
  // `fork`: blocks of the same number that differ.
  explicit World(std::uint64_t number = 1000, const Hash256& parent = hash_of(std::string(64, '7')),
                 std::uint64_t fork = 0)
      : number_(number), fork_(fork) {
    add_tx(contract(1, {{1, prefixed(who(1))}, {2, prefixed(who(2))}}, 3, 5'000'000), 1);
    Bytes input = *from_hex("a9059cbb");
    input.resize(68);
    input[35] = 5;
    add_tx(contract(31, {{1, prefixed(who(1))}, {2, prefixed(who(9))}, {4, input}}, 3, 7), 1);
    add_tx(contract(31, {{1, prefixed(who(3))}, {2, prefixed(who(9))}}, 3, 11), 2);
    add_tx(contract(13, {{1, prefixed(who(4))}}, 0, 0), 1);
    std::vector<Hash256> leaves;
    for (const auto& tx : txs_)
      leaves.push_back(sha256(tx.message));
    header_ = {.time_ms = 1'700'000'000'000 + (number - 1000) * 3000,
               .tx_root = transactions_root(leaves),
               .parent = parent,
               .number = number,
               .witness = prefixed(who(200)),
               .version = 28};
  }

  Hash256 id() const { return block_id(header_); }

  Bytes block_message() const {
    Bytes raw, header, message;
    ProtoWriter fields(raw);
    fields.number(1, header_.time_ms);
    fields.bytes(2, header_.tx_root);
    fields.bytes(3, header_.parent);
    fields.number(7, header_.number);
    fields.bytes(9, header_.witness);
    fields.number(10, header_.version);
    ProtoWriter(header).bytes(1, raw);
    ProtoWriter writer(message);
    for (const auto& tx : txs_)
      writer.element(1, tx.message);
    writer.bytes(2, header);
    return message;
  }

  nlohmann::json block_json() const {
    constexpr std::array kOutcomes = {"DEFAULT", "SUCCESS", "REVERT"};
    auto txs = nlohmann::json::array();
    for (const auto& tx : txs_)
      txs.push_back({{"ret", {{{"contractRet", kOutcomes[tx.outcome]}}}},
                     {"signature", {to_hex(kSignature)}},
                     {"txID", to_hex(sha256(tx.raw))},
                     {"raw_data", {{"contract", nlohmann::json::array()}}},
                     {"raw_data_hex", to_hex(tx.raw)}});
    return {{"blockID", to_hex(block_id(header_))},
            {"block_header",
             {{"raw_data",
               {{"number", header_.number},
                {"txTrieRoot", to_hex(header_.tx_root)},
                {"witness_address", to_hex(header_.witness)},
                {"parentHash", to_hex(header_.parent)},
                {"version", header_.version},
                {"timestamp", header_.time_ms}}},
              {"witness_signature", "00"}}},
            {"transactions", txs}};
  }

  Bytes infos_message() const {
    Bytes message;
    ProtoWriter writer(message);
    writer.number(1, header_.number);
    for (std::size_t i = 0; i < txs_.size(); ++i)
      writer.element(3, info_message(i));
    return message;
  }

  nlohmann::json infos_json() const {
    auto list = nlohmann::json::array();
    for (std::size_t i = 0; i < txs_.size(); ++i)
      list.push_back({{"id", to_hex(sha256(txs_[i].raw))},
                      {"blockNumber", header_.number},
                      {"contractResult", {""}},
                      {"receipt", {{"net_usage", 267}}}});
    for (std::size_t i = 0; i < 3; ++i)
      list[i]["fee"] = kFees[i];
    list[3]["withdraw_amount"] = 12'345;
    list[1]["contract_address"] = to_text(who(9));
    list[1]["receipt"]["energy_usage_total"] = 64'285;
    list[1]["log"] = {{{"address", to_hex(who(9))},
                       {"topics", {kTransfer, topic_text(1), topic_text(5)}},
                       {"data", to_hex(U256(30'401'259).to_big_endian())}}};
    list[1]["internal_transactions"] = {
        {{"hash", std::string(64, '1')},
         {"caller_address", to_hex(prefixed(who(9)))},
         {"transferTo_address", to_hex(prefixed(who(5)))},
         {"callValueInfo", {{{"callValue", 3}}, {{"callValue", 8}, {"tokenId", "1002000"}}}},
         {"note", "63616c6c"}},
        {{"caller_address", to_hex(prefixed(who(9)))},
         {"transferTo_address", to_hex(prefixed(who(6)))},
         {"callValueInfo", {{{"callValue", 4}}}},
         {"rejected", true}}};
    return list;
  }

 private:
  struct Tx {
    Bytes raw, message;
    std::uint64_t outcome = 0;
  };
  static constexpr const char* kTransfer =
      "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
  static constexpr std::array<std::uint64_t, 3> kFees = {100'000, 345'000, 900'000};
  static inline const Bytes kSignature = Bytes(65, 0x55);

  static std::string topic_text(std::uint8_t number) {
    return std::string(24, '0') + to_hex(who(number));
  }

  static Bytes contract(std::uint64_t type, std::vector<std::pair<std::uint32_t, Bytes>> fields,
                        std::uint32_t amount_field, std::uint64_t amount) {
    Bytes value, any, message;
    ProtoWriter inner(value);
    for (const auto& [number, bytes] : fields)
      inner.bytes(number, bytes);
    if (amount_field != 0) inner.number(amount_field, amount);
    ProtoWriter outer(any);
    outer.bytes(1, as_bytes("type.googleapis.com/protocol.Any"));
    outer.bytes(2, value);
    ProtoWriter whole(message);
    whole.number(1, type);
    whole.bytes(2, any);
    return message;
  }

  void add_tx(const Bytes& contract, std::uint64_t outcome) {
    Tx tx{.outcome = outcome};
    ProtoWriter raw(tx.raw);
    raw.bytes(1, Bytes{1, 2});
    raw.number(8, 1'700'000'060'000 + number_ * 1000 + txs_.size() + 100 * fork_);
    raw.bytes(11, contract);
    raw.number(14, 1'700'000'000'000);
    Bytes result;
    ProtoWriter(result).number(3, outcome);
    ProtoWriter writer(tx.message);
    writer.bytes(1, tx.raw);
    writer.element(2, kSignature);
    writer.element(5, result);
    txs_.push_back(tx);
  }

  Bytes info_message(std::size_t i) const {
    Bytes message;
    ProtoWriter writer(message);
    writer.bytes(1, sha256(txs_[i].raw));
    if (i < 3) writer.number(2, kFees[i]);
    writer.number(3, header_.number);
    if (i == 1) {
      writer.bytes(6, prefixed(who(9)));
      Bytes receipt;
      ProtoWriter(receipt).number(4, 64'285);
      writer.bytes(7, receipt);
      Bytes log;
      ProtoWriter fields(log);
      fields.bytes(1, who(9));
      for (const auto& topic : {std::string(kTransfer), topic_text(1), topic_text(5)})
        fields.bytes(2, *from_hex(topic));
      fields.bytes(3, U256(30'401'259).to_big_endian());
      writer.element(8, log);
      writer.element(17, internal(5, 3, 8, false));
      writer.element(17, internal(6, 4, 0, true));
    }
    if (i == 3) writer.number(15, 12'345);
    return message;
  }

  static Bytes internal(std::uint8_t to, std::uint64_t sun, std::uint64_t tokens, bool rejected) {
    Bytes message, value, token;
    ProtoWriter writer(message);
    writer.bytes(2, prefixed(who(9)));
    writer.bytes(3, prefixed(who(to)));
    ProtoWriter(value).number(1, sun);
    writer.element(4, value);
    if (tokens > 0) {
      ProtoWriter fields(token);
      fields.number(1, tokens);
      fields.bytes(2, as_bytes("1002000"));
      writer.element(4, token);
    }
    writer.number(6, rejected ? 1 : 0);
    return message;
  }

  std::uint64_t number_, fork_;
  Header header_;
  std::vector<Tx> txs_;
};

}  // namespace clew::tron::test
