// Transfers of real blocks against what other programs found in them.
#include <gmock/gmock.h>

#include <map>
#include <set>
#include <sstream>

#include "chain/evm/rpc_calls.h"
#include "chain/evm/traces_test_support.h"
#include "chain/evm/transfers.h"

namespace clew::evm {
namespace {

using namespace test;
using chain::Transfer;
using chain::TransferKind;
using nlohmann::json;

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::stringstream in(text);
  for (std::string part; std::getline(in, part, separator);)
    parts.push_back(part);
  return parts;
}

// Rows of a table by column name; a field in quotes may hold commas.
std::vector<std::map<std::string, std::string>> csv_rows(const std::string& text) {
  std::vector<std::map<std::string, std::string>> rows;
  std::vector<std::string> names;
  for (std::string line : split(text, '\n')) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    bool quoted = false;
    std::vector<std::string> fields(1);
    for (const char c : line) {
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        fields.emplace_back();
      } else {
        fields.back() += c;
      }
    }
    if (names.empty()) {
      names = fields;
      continue;
    }
    auto& row = rows.emplace_back();
    for (std::size_t i = 0; i < std::min(names.size(), fields.size()); ++i)
      row[names[i]] = fields[i];
  }
  return rows;
}

std::map<std::string, std::string> files_of(const std::string& archive) {
  std::map<std::string, std::string> files;
  for (auto& [path, content] : archive_files(archive))
    files.emplace(path, std::move(content));
  return files;
}

// A token's transfer as ethereum-etl tells it: the value of ERC-721 is the token's id.
using EtlTransfer = std::tuple<std::string, std::string, std::string, std::string>;

void expect_etl(const Logs& logs, const std::vector<EtlTransfer>& expected) {
  std::vector<Transfer> transfers;
  TokenTransferReader(ChainParams{}).append(logs.logs, 0, 0, transfers);
  std::vector<EtlTransfer> found;
  for (const Transfer& one : transfers) {
    if (one.kind == TransferKind::erc1155) continue;
    const U256& value = one.kind == TransferKind::erc721 ? one.asset.token_id : one.value;
    found.emplace_back(to_text(one.asset.contract), to_text(*one.from), to_text(*one.to),
                       value.to_decimal());
  }
  EXPECT_EQ(found, expected);
}

EtlTransfer etl_row(std::map<std::string, std::string>& row) {
  return {row["token_address"], row["from_address"], row["to_address"], row["value"]};
}

// nlohmann's JSON rounds numbers beyond 64 bits, so the value is taken from the text.
EtlTransfer etl_line(const std::string& line) {
  const json row = json::parse(line);
  const std::string key = "\"value\": ";
  const std::size_t at = line.find(key) + key.size();
  return {row["token_address"], row["from_address"], row["to_address"],
          line.substr(at, line.find_first_not_of("0123456789", at) - at)};
}

TEST(RealTransfers, OfTokensAreThoseOfEthereumEtl) {
  CLEW_NEED_DATA();
  auto files = files_of("ethereum_etl/resources.tar.gz");
  const auto file = [&](const std::string& path) -> const std::string& {
    for (const auto& [name, content] : files) {
      if (name.ends_with(path)) return content;
    }
    ADD_FAILURE() << path;
    return files.begin()->second;
  };
  Logs by_filter, by_table;
  std::vector<EtlTransfer> expected;
  const std::string job = "test_export_token_transfers_job/block_with_transfers/";
  const json filtered = json::parse(file(job + "web3_response.eth_getFilterLogs_0x0.json"));
  for (const json& log : filtered["result"])
    by_filter.add(log["address"], log["topics"], log["data"]);
  for (auto& row : csv_rows(file(job + "expected_token_transfers.csv")))
    expected.push_back(etl_row(row));
  expect_etl(by_filter, expected);
  EXPECT_EQ(expected.size(), 2u);

  expected.clear();
  const std::string extract = "test_extract_token_transfers_job/logs/";
  for (auto& row : csv_rows(file(extract + "logs.csv")))
    by_table.add(row["address"], split(row["topics"], ','), row["data"]);
  for (auto& row : csv_rows(file(extract + "expected_token_transfers.csv")))
    expected.push_back(etl_row(row));
  expect_etl(by_table, expected);
  EXPECT_EQ(expected.size(), 2u);

  std::size_t streamed = 0;
  for (const char* range : {"blocks_1755634_1755635", "blocks_17173049_17173050"}) {
    const std::string stream = std::string("test_stream/") + range + "/";
    Logs logs;
    for (const std::string& line : split(file(stream + "expected_logs.json"), '\n')) {
      const json log = json::parse(line);
      logs.add(log["address"], log["topics"], log["data"]);
    }
    expected.clear();
    for (const std::string& line : split(file(stream + "expected_token_transfers.json"), '\n'))
      expected.push_back(etl_line(line));
    expect_etl(logs, expected);
    streamed += expected.size();
  }
  EXPECT_GT(streamed, 200u);
}

// Five blocks from 15,000,000 on, as GraphSense has them.
struct GraphSense {
  std::map<std::string, std::string> files = files_of("graphsense/tokens.tar.gz");
  const std::string& file(const std::string& path) {
    for (const auto& [name, content] : files) {
      if (name.ends_with(path)) return content;
    }
    ADD_FAILURE() << path;
    return files.begin()->second;
  }
  json lines(const std::string& path) {
    json rows = json::array();
    for (const std::string& line : split(file(path), '\n'))
      rows.push_back(json::parse(line));
    return rows;
  }
};

// Of a transaction, from the rows of its traces: "call_<hash>_0_2". Three creations of the table
// lack the call they are made from.
Calls calls_of(const std::vector<std::map<std::string, std::string>>& rows) {
  std::vector<std::vector<std::string>> addresses;
  for (const auto& row : rows) {
    auto parts = split(row.at("traceId"), '_');
    parts.erase(parts.begin(), parts.begin() + 2);
    if (rows.size() == 1) parts.clear();
    addresses.push_back(parts);
  }
  json traces = json::array();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& row = rows[i];
    json trace;
    trace["type"] = row.at("traceId").starts_with("create") ? "create" : "call";
    trace["action"]["from"] = row.at("fromAddress");
    trace["action"]["value"] = U256::from_decimal(row.at("value"))->to_quantity();
    if (trace["type"] == "create") {
      trace["result"]["address"] = row.at("toAddress");
    } else {
      trace["action"]["callType"] = row.at("callType");
      trace["action"]["to"] = row.at("toAddress");
    }
    if (row.at("status") == "0") trace["error"] = "failed";
    trace["traceAddress"] = json::array();
    for (const std::string& step : addresses[i])
      trace["traceAddress"].push_back(std::stoul(step));
    trace["subtraces"] = std::ranges::count_if(addresses, [&](const auto& other) {
      return other.size() == addresses[i].size() + 1 &&
             std::equal(addresses[i].begin(), addresses[i].end(), other.begin());
    });
    traces.push_back(trace);
  }
  RpcCallsReader reader;
  Calls calls;
  const auto read =
      reader.read_transaction(TraceForm::flat, json{{"result", traces}}.dump(), calls);
  EXPECT_TRUE(read) << read.error().message;
  return calls;
}

std::string base64(ByteView bytes) {
  constexpr const char* kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? bytes[i + k] : 0u);
    for (std::size_t k = 0; k < 4; ++k)
      text += i + k < bytes.size() + 1 ? kDigits[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

constexpr const char* kUsdt = "0xdac17f958d2ee523a2206206994597c13d831ec7";
constexpr const char* kUsdc = "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48";
constexpr const char* kWeth = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2";

// GraphSense joins addresses by the calls that remain, of any kind and value, and by the transfers
// of the three tokens it follows; an address counts if a transaction that it knows names it.
TEST(RealTransfers, AreThoseOfGraphSense) {
  CLEW_NEED_DATA();
  GraphSense data;
  std::set<std::string> transactions;
  for (const auto& row : csv_rows(data.file("tokens/transactions.csv")))
    transactions.insert(row.at("txHash"));

  std::map<std::string, std::vector<std::map<std::string, std::string>>> traces;
  for (const auto& row : csv_rows(data.file("tokens/traces.csv"))) {
    if (!row.at("txHash").empty()) traces[row.at("txHash")].push_back(row);
  }
  std::set<std::pair<Address, Address>> relations;
  std::set<Address> addresses;
  std::size_t count = 0;
  for (const auto& [hash, rows] : traces) {
    for (const Call& call : calls_of(rows).calls) {
      ++count;
      if (call.undone || !call.to) continue;
      relations.emplace(call.from, *call.to);
      if (!transactions.contains(hash)) continue;
      addresses.insert(call.from);
      addresses.insert(*call.to);
    }
  }
  EXPECT_EQ(count, 5547u - 90 - 5);  // rewards and the genesis block aside

  const json logs = data.lines("tokens/logs.json");
  Logs all;
  for (const json& log : logs)
    all.add(log["address"], log["topics"], log["data"]);
  std::vector<Transfer> transfers;
  TokenTransferReader(ChainParams{}).append(all.logs, 0, 0, transfers);
  const std::set<Address> followed = {address_of(kUsdt), address_of(kUsdc), address_of(kWeth)};
  std::multiset<std::tuple<std::uint64_t, std::string, std::string, std::string>> usdt, expected;
  for (const Transfer& one : transfers) {
    if (one.kind != TransferKind::erc20 || !followed.contains(one.asset.contract)) continue;
    relations.emplace(*one.from, *one.to);
    if (transactions.contains(logs[one.place]["txHash"])) {
      addresses.insert(*one.from);
      addresses.insert(*one.to);
    }
    if (one.asset.contract != address_of(kUsdt)) continue;
    usdt.emplace(logs[one.place]["logIndex"].get<std::uint64_t>(), base64(*one.from),
                 base64(*one.to), one.value.to_decimal());
  }
  for (const json& row : data.lines("reference/USDT_token_transfers.json")) {
    expected.emplace(row["logIndex"].get<std::uint64_t>(), row["from"], row["to"],
                     std::to_string(row["value"].get<std::uint64_t>()));
  }
  EXPECT_EQ(expected.size(), 143u);
  EXPECT_EQ(usdt, expected);
  EXPECT_EQ(relations.size(), 2454u);
  EXPECT_EQ(addresses.size(), 782u);
  std::set<std::string> named, referenced;
  for (const Address& address : addresses)
    named.insert(base64(address));
  for (const json& row : data.lines("reference/addresses.json"))
    referenced.insert(row["address"]);
  EXPECT_EQ(named, referenced);
}

}  // namespace
}  // namespace clew::evm
