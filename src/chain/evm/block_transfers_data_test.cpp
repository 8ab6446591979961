// Whole real blocks: calls held against transactions, transfers against sums, rewards against
// traces.
#include <gmock/gmock.h>

#include <map>

#include "chain/evm/block_rewards.h"
#include "chain/evm/rpc_calls.h"
#include "chain/evm/traces_test_support.h"
#include "chain/evm/transfers.h"

namespace clew::evm {
namespace {

using namespace test;
using chain::Transfer;
using chain::TransferKind;
using nlohmann::json;

U256 decimal(const json& value) {
  if (value.is_null()) return U256();
  return value.is_string() ? *U256::from_decimal(value.get<std::string>())
                           : U256(value.get<std::uint64_t>());
}

// Mainnet's block 18,000,011 from a table of GraphSense's.
struct TabledBlock {
  std::list<Bytes> datas;
  Block block;
  std::vector<Address> senders;
  Receipts receipts;
  Calls calls;
  Logs logs;

  explicit TabledBlock(const json& tables) {
    const json& header = tables["blocks"][0];
    block.header.number = header["block_id"];
    block.header.time = header["timestamp"];
    block.header.gas_used = header["gas_used"];
    block.header.base_fee = decimal(header["base_fee_per_gas"]);
    block.header.beneficiary = address_of(header["miner"].get<std::string>());
    for (const json& one : header["withdrawals"]) {
      block.withdrawals.push_back(
          {.address = address_of(one["address"].get<std::string>()), .amount = one["amount"]});
    }
    const auto log_rows = sorted(tables["logs"], "log_index");
    for (const json& row : log_rows)
      logs.add(row["address"], row["topics"], row["data"]);
    receipts.logs = logs.logs;
    for (const json& row : sorted(tables["transactions"], "transaction_index"))
      add(row, log_rows);
    read_calls(sorted(tables["traces"], "trace_index"));
  }

  static std::vector<json> sorted(const json& rows, const char* key) {
    std::vector<json> all = rows;
    std::ranges::sort(all, {}, [&](const json& row) { return row[key].get<std::uint64_t>(); });
    return all;
  }

  void add(const json& row, const std::vector<json>& log_rows) {
    Transaction& tx = block.transactions.emplace_back();
    tx.type = static_cast<TransactionType>(row["transaction_type"].get<int>());
    tx.nonce = row["nonce"];
    tx.gas_limit = row["gas"];
    tx.value = decimal(row["value"]);
    tx.input = datas.emplace_back(unhex(row["input"].get<std::string>()));
    if (!row["to_address"].is_null()) tx.to = address_of(row["to_address"].get<std::string>());
    const bool legacy = row["max_fee_per_gas"].is_null();
    tx.max_fee = decimal(row[legacy ? "gas_price" : "max_fee_per_gas"]);
    tx.max_priority_fee = decimal(row[legacy ? "gas_price" : "max_priority_fee_per_gas"]);
    block.transaction_hashes.push_back(unhex_hash(row["tx_hash"].get<std::string>()));
    senders.push_back(address_of(row["from_address"].get<std::string>()));
    Receipt& receipt = receipts.receipts.emplace_back();
    receipt.success = row["receipt_status"] == 1;
    receipt.cumulative_gas_used = row["receipt_cumulative_gas_used"];
    const std::size_t index = row["transaction_index"];
    for (std::size_t i = 0; i < log_rows.size(); ++i) {
      if (log_rows[i]["transaction_index"] != index) continue;
      if (receipt.log_count++ == 0) receipt.first_log = static_cast<std::uint32_t>(i);
    }
  }

  void read_calls(const std::vector<json>& rows) {
    json traces = json::array();
    for (const json& row : rows) {
      const auto quantity = [&](const char* key) { return decimal(row[key]).to_quantity(); };
      json trace{{"type", row["trace_type"]}, {"subtraces", row["subtraces"]}};
      trace["traceAddress"] = json::parse("[" + row["trace_address"].get<std::string>() + "]");
      trace["action"] = {{"value", quantity("value")}};
      if (row["trace_type"] == "reward") {
        trace["action"]["author"] = row["to_address"];
        trace["action"]["rewardType"] = row["reward_type"];
      } else {
        trace["action"].update({{"from", row["from_address"]},
                                {"to", row["to_address"]},
                                {"callType", row["call_type"]},
                                {"gas", quantity("gas")},
                                {"input", row["input"]}});
        trace["transactionPosition"] = row["transaction_index"];
        trace["transactionHash"] = row["tx_hash"];
        if (!row["error"].is_null()) trace["error"] = row["error"];
      }
      traces.push_back(trace);
    }
    RpcCallsReader reader;
    const auto read =
        reader.read_block(TraceForm::flat, json{{"result", traces}}.dump(), block, calls);
    EXPECT_TRUE(read) << read.error().message;
  }
};

std::map<TransferKind, std::size_t> count_kinds(const std::vector<Transfer>& transfers) {
  std::map<TransferKind, std::size_t> counts;
  for (const Transfer& one : transfers)
    ++counts[one.kind];
  return counts;
}

U256 sum(const std::vector<Transfer>& transfers, TransferKind kind) {
  U256 total;
  for (const Transfer& one : transfers) {
    if (one.kind == kind) total = *checked_add(total, one.value);
  }
  return total;
}

TEST(RealBlockTransfers, OfBlock18000011AddUp) {
  CLEW_NEED_DATA();
  const json tables =
      json::parse(clew::test::read_gzip(evm_data() + "graphsense/block_18000011.json.gz"));
  const TabledBlock data(tables);
  EXPECT_EQ(data.calls.calls.size() + data.calls.rewards.size(), 671u);
  EXPECT_EQ(data.receipts.logs.size(), 300u);
  EXPECT_EQ(data.receipts.receipts.back().cumulative_gas_used, 11650938u);
  const auto held = check_calls(data.block, data.senders, data.receipts, data.calls);
  EXPECT_TRUE(held) << held.error().message;

  const TransferReader reader(chain_params(1));
  std::vector<Transfer> transfers;
  TransferNotes notes;
  const auto read =
      reader.read({data.block, data.senders, data.receipts, &data.calls, {}}, transfers, notes);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(notes, TransferNotes{});

  U256 fees, burnt, native, internal;
  std::size_t natives = 0, internals = 0;
  for (const json& row : tables["transactions"]) {
    const std::uint64_t gas = row["receipt_gas_used"];
    fees = *checked_add(fees, *checked_mul(decimal(row["receipt_effective_gas_price"]), gas));
    burnt = *checked_add(burnt, *checked_mul(*data.block.header.base_fee, gas));
    if (row["receipt_status"] != 1 || decimal(row["value"]).is_zero()) continue;
    native = *checked_add(native, decimal(row["value"]));
    ++natives;
  }
  for (const json& row : tables["traces"]) {
    if (row["trace_address"] == "" || row["status"] != 1 || row["call_type"] != "call") continue;
    if (decimal(row["value"]).is_zero()) continue;
    internal = *checked_add(internal, decimal(row["value"]));
    ++internals;
  }
  auto counts = count_kinds(transfers);
  EXPECT_EQ(sum(transfers, TransferKind::fee), fees);
  U256 to_nobody;
  for (const Transfer& one : transfers) {
    if (one.kind == TransferKind::fee && !one.to) to_nobody = *checked_add(to_nobody, one.value);
  }
  EXPECT_EQ(to_nobody, burnt);
  EXPECT_EQ(sum(transfers, TransferKind::native), native);
  EXPECT_EQ(counts[TransferKind::native], natives);
  EXPECT_EQ(sum(transfers, TransferKind::internal), internal);
  EXPECT_EQ(counts[TransferKind::internal], internals);
  EXPECT_EQ(counts[TransferKind::withdrawal], 16u);
  EXPECT_EQ(counts[TransferKind::reward], 0u);
  // 129 Transfer events, and what the wrapped ether's Deposit and Withdrawal events mint and burn.
  std::size_t wraps = 0;
  for (const json& row : tables["logs"]) {
    wraps += row["topics"].size() == 2 && row["data"].get<std::string>().size() == 66 &&
             row["address"] == "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2";
  }
  EXPECT_GT(wraps, 10u);
  EXPECT_EQ(counts[TransferKind::erc20] + counts[TransferKind::erc721], 129 + wraps);
}

TEST(RealBlockTransfers, EarnWhatTracesSay) {
  CLEW_NEED_DATA();
  std::size_t blocks = 0, uncles = 0;
  for (const json& one : recorded("trace_block")) {
    Block block;
    std::vector<TracedReward> traced;
    block.header.difficulty = U256(1);
    for (const json& trace : one["response"]["result"]) {
      if (trace["type"] != "reward" || trace["action"]["rewardType"] == "withdrawal") continue;
      block.header.number = trace["blockNumber"];
      const Address author = address_of(trace["action"]["author"].get<std::string>());
      const U256 value = amount(trace["action"], "value");
      traced.push_back({author, trace["action"]["rewardType"] == "uncle", value});
      if (!traced.back().uncle) {
        block.header.beneficiary = author;
        continue;
      }
      // The height of an uncle follows from its reward, of three ether's eighths.
      const std::uint64_t eighths = *value.to_u64() / 375'000'000'000'000'000;
      Header& uncle = block.uncles.emplace_back();
      uncle.beneficiary = author;
      uncle.number = block.header.number - (8 - eighths);
      block.uncle_hashes.emplace_back();
      ++uncles;
    }
    if (traced.empty()) continue;
    std::vector<Transfer> rewards;
    const auto done = append_rewards(block, chain_params(1), traced, rewards);
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_EQ(rewards.size(), traced.size());
    for (std::size_t i = 0; i < traced.size(); ++i) {
      EXPECT_EQ(rewards[i].value, traced[i].value);
      EXPECT_EQ(rewards[i].to, traced[i].author);
    }
    ++blocks;
  }
  EXPECT_EQ(blocks, 17u);
  EXPECT_EQ(uncles, 3u);
}

}  // namespace
}  // namespace clew::evm
