#include "chain/evm/rpc_block.h"

#include <gmock/gmock.h>

#include <map>

#include "chain/evm/check.h"
#include "chain/evm/real_data_test_support.h"
#include "chain/evm/rlp_reader.h"

namespace clew::evm {
namespace {

using namespace test;
using testing::HasSubstr;

// Answers with full transactions or without any, and their hashes.
std::vector<nlohmann::json> recorded_blocks() {
  auto blocks = recorded("eth_getBlockByNumber");
  for (auto& one : recorded("eth_getBlockByHash"))
    blocks.push_back(std::move(one));
  return blocks;
}

bool is_full(const nlohmann::json& block) {
  return block["transactions"].empty() || block["transactions"][0].is_object();
}

TEST(RpcBlock, OfMainnetHasItsHashesAndRoots) {
  CLEW_NEED_DATA();
  RpcBlockReader reader;
  BlockCheck check;
  RpcBlock block;
  std::size_t whole = 0, headers = 0, transactions = 0;
  for (const auto& one : recorded_blocks()) {
    const std::string answer = one["response"].dump();
    const auto& stated = one["response"]["result"];
    const auto header = reader.read_header(answer, block);
    ASSERT_TRUE(header) << header.error().message;
    EXPECT_EQ(to_text(block.block.hash), stated["hash"].get<std::string>());
    ++headers;
    if (!is_full(stated)) {
      const auto refused = reader.read(answer, block);
      ASSERT_FALSE(refused);
      EXPECT_THAT(refused.error().message, HasSubstr("ask the node for full transactions"));
      continue;
    }
    const auto read = reader.read(answer, block);
    ASSERT_TRUE(read) << read.error().message;
    const auto held = check.check_block(block.block);
    EXPECT_TRUE(held) << held.error().message;
    EXPECT_EQ(block.senders.size(), block.block.transactions.size());
    transactions += block.block.transactions.size();
    ++whole;
  }
  EXPECT_EQ(headers, 14u);
  EXPECT_EQ(whole, 10u);
  EXPECT_EQ(transactions, 211u + 91 + 130 + 104 + 147 + 94 + 123 + 104 + 147);
}

TEST(RpcReceipts, OfMainnetHaveTheRootTheBlockNames) {
  CLEW_NEED_DATA();
  RpcBlockReader reader;
  BlockCheck check;
  std::map<std::string, RpcBlock> blocks;
  for (const auto& one : recorded_blocks()) {
    if (!is_full(one["response"]["result"])) continue;
    RpcBlock block;
    ASSERT_TRUE(reader.read(one["response"].dump(), block));
    blocks.emplace(to_text(block.block.hash), std::move(block));
  }
  RpcReceiptsReader receipts_reader;
  RpcReceipts receipts;
  std::size_t held = 0, logs = 0;
  for (const char* method : {"eth_getBlockReceipts", "erigon_getBlockReceiptsByBlockHash"}) {
    for (const auto& one : recorded(method)) {
      const auto& result = one["response"]["result"];
      if (result.empty() || !blocks.contains(result[0]["blockHash"])) continue;
      const Block& block = blocks.at(result[0]["blockHash"]).block;
      const auto read = receipts_reader.read(one["response"].dump(), block, receipts);
      ASSERT_TRUE(read) << read.error().message;
      const auto checked = check.check_receipts(block, receipts.receipts);
      EXPECT_TRUE(checked) << checked.error().message;
      logs += receipts.receipts.logs.size();
      ++held;
    }
  }
  EXPECT_EQ(held, 2u);
  EXPECT_GT(logs, 300u);
}

// The same chain by RLP and by JSON.
TEST(RpcBlock, OfTheConformanceChainIsWhatItsRlpIs) {
  CLEW_NEED_DATA();
  std::map<std::string, Bytes> chain;
  const std::string text = conformance_file("chain.rlp");
  RlpReader stream(as_bytes(text));
  BlockDecoder decoder;
  for (ByteView raw; stream.more();) {
    ASSERT_TRUE(stream.read_item(raw, "block"));
    Block block;
    ASSERT_TRUE(decoder.decode(raw, block));
    chain.emplace(to_text(block.hash), Bytes(raw.begin(), raw.end()));
  }
  RpcBlockReader reader;
  RpcReceiptsReader receipts_reader;
  BlockCheck check;
  std::size_t blocks = 0, receipt_lists = 0;
  for (const auto& [path, content] : conformance_files()) {
    const bool is_block = path.starts_with("eth_getBlockBy");
    if (!is_block && !path.starts_with("eth_getBlockReceipts/")) continue;
    const auto result = conformance_answer(content);
    if (result.is_null() || result.empty()) continue;
    const std::string answer = nlohmann::json{{"result", result}}.dump();
    const auto found = chain.find(is_block ? result["hash"] : result[0]["blockHash"]);
    if (found == chain.end()) continue;  // the genesis block
    Block expected;
    ASSERT_TRUE(decoder.decode(found->second, expected));
    if (is_block) {
      RpcBlock block;
      if (!is_full(result)) {
        ASSERT_TRUE(reader.read_header(answer, block)) << path;
      } else {
        const auto read = reader.read(answer, block);
        ASSERT_TRUE(read) << path << ": " << read.error().message;
        EXPECT_TRUE(check.check_block(block.block)) << path;
        EXPECT_EQ(block.block.transaction_hashes, expected.transaction_hashes) << path;
        EXPECT_EQ(block.block.uncle_hashes, expected.uncle_hashes) << path;
      }
      EXPECT_EQ(block.block.hash, expected.hash) << path;
      ++blocks;
    } else {
      RpcReceipts receipts;
      const auto read = receipts_reader.read(answer, expected, receipts);
      ASSERT_TRUE(read) << path << ": " << read.error().message;
      const auto checked = check.check_receipts(expected, receipts.receipts);
      EXPECT_TRUE(checked) << path << ": " << checked.error().message;
      ++receipt_lists;
    }
  }
  EXPECT_GE(blocks, 7u);
  EXPECT_GE(receipt_lists, 3u);
}

// Every field that a hash or root covers, changed in the JSON of a real block, is found.
void expect_changes_found(nlohmann::json& object, const std::vector<std::string>& covered,
                          const std::function<bool()>& accepted) {
  for (const std::string& key : covered) {
    if (!object.contains(key) || !object[key].is_string()) continue;
    std::string text = object[key];
    if (text.size() < 3) continue;
    const std::string before = text;
    text.back() = text.back() == '1' ? '2' : '1';
    object[key] = text;
    EXPECT_FALSE(accepted()) << key;
    object[key] = before;
  }
}

TEST(RpcBlock, MayHaveEscapesInAnyString) {
  CLEW_NEED_DATA();
  for (const auto& one : recorded("eth_getBlockByNumber")) {
    if (!is_full(one["response"]["result"])) continue;
    std::string text = one["response"].dump();
    for (const auto& [plain, escaped] :
         {std::pair("\"0", R"("\u0030)"), std::pair("\"h", R"("\u0068)")}) {
      for (std::size_t at = 0; (at = text.find(plain, at)) != text.npos; at += 2)
        text.replace(at, 2, escaped);
    }
    RpcBlockReader reader;
    BlockCheck check;
    RpcBlock block;
    const auto read = reader.read(text, block);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(check.check_block(block.block));
  }
}

TEST(RpcBlock, WithOneChangedFieldIsRefused) {
  CLEW_NEED_DATA();
  auto answer = recorded("eth_getBlockByNumber").back()["response"];
  RpcBlockReader reader;
  BlockCheck check;
  RpcBlock block;
  const auto accepted = [&] {
    return reader.read(answer.dump(), block) && check.check_block(block.block);
  };
  ASSERT_TRUE(accepted());
  auto& result = answer["result"];
  std::vector<std::string> header;
  for (const auto& [key, value] : result.items()) {
    if (key != "size" && key != "totalDifficulty") header.push_back(key);
  }
  expect_changes_found(result, header, accepted);
  const std::vector<std::string> covered = {"hash",
                                            "chainId",
                                            "nonce",
                                            "gas",
                                            "to",
                                            "value",
                                            "input",
                                            "v",
                                            "r",
                                            "s",
                                            "type",
                                            "maxFeePerGas",
                                            "maxPriorityFeePerGas",
                                            "maxFeePerBlobGas"};
  for (std::size_t i = 0; i < result["transactions"].size(); i += 40) {
    auto& tx = result["transactions"][i];
    auto fields = covered;
    if (tx["type"] == "0x0" || tx["type"] == "0x1") fields.push_back("gasPrice");
    if (tx.contains("yParity")) std::erase(fields, "v");
    if (tx["type"] == "0x0") std::erase(fields, "chainId");
    expect_changes_found(tx, fields, accepted);
  }
  expect_changes_found(result["withdrawals"][3], {"index", "validatorIndex", "address", "amount"},
                       accepted);
  std::swap(result["transactions"][0], result["transactions"][1]);
  EXPECT_FALSE(accepted());
}

TEST(RpcReceipts, WithOneChangedFieldAreRefused) {
  CLEW_NEED_DATA();
  RpcBlockReader reader;
  RpcBlock block;
  for (const auto& one : recorded("eth_getBlockByHash")) {
    if (one["response"]["result"]["number"] != "0x112a880") continue;
    ASSERT_TRUE(reader.read(one["response"].dump(), block));
  }
  ASSERT_EQ(block.block.header.number, 0x112a880u);
  RpcReceiptsReader receipts_reader;
  RpcReceipts receipts;
  BlockCheck check;
  for (auto& one : recorded("eth_getBlockReceipts")) {
    auto& answer = one["response"];
    auto& result = answer["result"];
    if (result.empty() || result[0]["blockNumber"] != "0x112a880") continue;
    const auto accepted = [&] {
      return receipts_reader.read(answer.dump(), block.block, receipts) &&
             check.check_receipts(block.block, receipts.receipts);
    };
    ASSERT_TRUE(accepted());
    for (std::size_t i = 0; i < result.size(); i += 31) {
      expect_changes_found(result[i],
                           {"status", "type", "cumulativeGasUsed", "gasUsed", "logsBloom",
                            "transactionHash", "blockHash"},
                           accepted);
      for (auto& log : result[i]["logs"]) {
        expect_changes_found(log, {"address", "data"}, accepted);
        for (auto& topic : log["topics"]) {
          const std::string before = topic;
          topic = before.substr(0, before.size() - 1) + (before.back() == '1' ? '2' : '1');
          EXPECT_FALSE(accepted());
          topic = before;
        }
      }
    }
    std::swap(result[2], result[3]);
    EXPECT_FALSE(accepted());
    std::swap(result[2], result[3]);
    result.erase(result.size() - 1);
    EXPECT_FALSE(accepted());
  }
}

Error refusal(std::string_view answer) {
  RpcBlockReader reader;
  RpcBlock block;
  const auto read = reader.read(answer, block);
  EXPECT_FALSE(read) << answer;
  return read ? Error{} : read.error();
}

TEST(RpcBlock, NamesWhatIsWrongWithAnAnswer) {
  EXPECT_EQ(refusal(R"({"id":1,"result":null})").kind, ErrorKind::not_found);
  EXPECT_THAT(refusal(R"({"error":{"code":-32000,"message":"header not found"}})").message,
              HasSubstr("answered with an error: header not found"));
  EXPECT_THAT(refusal(R"({"result":null,"error":null})").message, HasSubstr("result is null"));
  EXPECT_THAT(refusal(R"({"id":1})").message, HasSubstr("\"result\" is missing"));
  EXPECT_THAT(refusal(R"({"result":{}})").message, HasSubstr("\"transactions\" is missing"));
  EXPECT_THAT(refusal(R"({"result":{"transactions":[]}})").message,
              HasSubstr("\"parentHash\" is missing"));
  EXPECT_THAT(refusal(R"({"result":{"transactions":[{"type":"0x7e"}]}})").message,
              HasSubstr("transaction 0: transaction type 126 is not known"));
  EXPECT_THAT(refusal(R"({"result":{"transactions":[{"nonce":7}]}})").message,
              HasSubstr("transaction 0: \"nonce\": not a string"));
  EXPECT_THAT(refusal(R"({"result":{"transactions":[{"nonce":"0xg"}]}})").message,
              HasSubstr("transaction 0: \"nonce\": not hexadecimal"));
  for (const char* text : {"", "[]", "7", "{", R"({"result":)", R"({"result":{"transactions":[)",
                           R"({"result":{"transactions":{}}})"}) {
    EXPECT_EQ(refusal(text).kind, ErrorKind::data) << text;
  }
}

}  // namespace
}  // namespace clew::evm
