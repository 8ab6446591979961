#include "ingest/tron/trongrid_json.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <tuple>

#include "base/utf8.h"
#include "chain/bitcoin/files_test_support.h"
#include "chain/tron/account_block.h"
#include "chain/tron/address.h"
#include "chain/tron/table_json.h"
#include "ingest/tron/replay/history_book.h"
#include "tests/data.h"

namespace clew::providers {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kId = "2b24564fa78ed4a6e555c9cd26f4d3e791b1efc9f2654c31d4feb97d8853e03f";

struct RowText {
  std::string id = '"' + std::string(kId) + '"';
  std::string token =
      R"({"symbol":"USDT","address":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","decimals":6,)"
      R"("name":"Tether USD"})";
  std::string time = "1680612831000";
  std::string from = R"("TQy9yHe4cWMVAyVEx3QJdtd1CsCSUP6Yip")";
  std::string to = R"("TMfLoEE32pew3B6evUyhaF4BhzLAT3K3KF")";
  std::string type = R"("Transfer")";
  std::string value = R"("100000000")";

  std::string text() const {
    return R"({"transaction_id":)" + id + R"(,"token_info":)" + token + R"(,"block_timestamp":)" +
           time + R"(,"from":)" + from + R"(,"to":)" + to + R"(,"type":)" + type + R"(,"value":)" +
           value + "}";
  }
};

Result<Trc20Page> read(std::string body) {
  PageReader reader;
  return reader.read(body);
}
Result<Trc20Page> read(const RowText& row) {
  return read(R"({"data":[)" + row.text() + R"(],"success":true,"meta":{"page_size":1}})");
}
Trc20Row one(const RowText& row) {
  const auto page = read(row);
  EXPECT_TRUE(page) << page.error().message;
  return page && page->rows.size() == 1 ? page->rows[0] : Trc20Row();
}
std::string refused(const RowText& row) {
  const auto page = read(row);
  return page ? "taken" : page.error().message;
}
std::string refused(const std::string& body) {
  const auto page = read(body);
  return page ? "taken" : page.error().message;
}

TEST(TronGridJson, ReadsARow) {
  const Trc20Row row = one({});
  EXPECT_EQ(to_hex(row.transaction), kId);
  EXPECT_EQ(row.time_ms, 1680612831000u);
  EXPECT_EQ(tron::to_text(row.from), "TQy9yHe4cWMVAyVEx3QJdtd1CsCSUP6Yip");
  EXPECT_EQ(tron::to_text(row.to), "TMfLoEE32pew3B6evUyhaF4BhzLAT3K3KF");
  EXPECT_EQ(row.value, U256(100000000));
  EXPECT_EQ(row.token.symbol, "USDT");
  EXPECT_EQ(row.token.name, "Tether USD");
  EXPECT_EQ(row.token.decimals, 6);
  ASSERT_TRUE(row.token.contract);
  EXPECT_EQ(tron::to_text(*row.token.contract), "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t");
  EXPECT_TRUE(row.transfer);
}

TEST(TronGridJson, ReadsTheEnvelope) {
  const auto page = read(R"( {"success":true,"data":[],"meta":{"at":1,"fingerprint":"a\/b",
                              "links":{"next":"https://elsewhere/"},"page_size":0}} )");
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_THAT(page->rows, IsEmpty());
  EXPECT_EQ(page->fingerprint, "a/b");
  EXPECT_EQ(read(R"({"data":[]})")->fingerprint, "");
  EXPECT_EQ(read(R"({"data":[],"meta":{"fingerprint":null}})")->fingerprint, "");
}

TEST(TronGridJson, ReadsAmountsOf256Bits) {
  RowText row;
  row.value = '"' + U256::max().to_decimal() + '"';
  EXPECT_EQ(one(row).value, U256::max());
  row.value = R"("0")";
  EXPECT_TRUE(one(row).value.is_zero());
  for (const char* wrong :
       {R"("115792089237316195423570985008687907853269984665640564039457584007913129639936")",
        R"("")", R"("-1")", R"("1.5")", R"("0x10")", "100", "null"}) {
    row.value = wrong;
    EXPECT_THAT(refused(row), HasSubstr("\"value\"")) << wrong;
  }
}

TEST(TronGridJson, KnowsRowsThatMoveNothing) {
  RowText row;
  row.type = R"("Approval")";
  EXPECT_FALSE(one(row).transfer);
  row.type = R"("Something new")";
  EXPECT_FALSE(one(row).transfer);
}

TEST(TronGridJson, TakesTokensThatTheProviderDoesNotKnow) {
  RowText row;
  for (const char* unknown : {"{}", "null", R"({"symbol":null,"address":null,"decimals":null})"}) {
    row.token = unknown;
    EXPECT_EQ(one(row).token, TokenInfo()) << unknown;
  }
  row.token = R"({"symbol":"X","decimals":4294967296})";
  EXPECT_EQ(one(row).token.symbol, "X");
  EXPECT_FALSE(one(row).token.decimals);
}

TEST(TronGridJson, WhatTheMakerOfATokenWroteCostsNoRow) {
  RowText row;
  row.token = R"({"symbol":"\ud800","name":"a)" + std::string(10'000, 'x') +
              R"(","address":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","decimals":6})";
  const TokenInfo half = one(row).token;
  EXPECT_TRUE(valid_utf8(half.symbol));
  EXPECT_EQ(half.name.size(), TokenInfo::kNameMax);
  EXPECT_TRUE(half.contract);

  row.token = "{\"symbol\":\"\xff\xfe\",\"name\":\"\xe2\x82\"}";
  const TokenInfo bytes = one(row).token;
  EXPECT_EQ(bytes.symbol, "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_TRUE(valid_utf8(bytes.name));

  row.token = R"({"symbol":")" + std::string(63, 'x') + "\xe2\x82\xac" + R"("})";
  EXPECT_EQ(one(row).token.symbol, std::string(63, 'x')) << "no half character";
  row.token = R"({"symbol":"\u0000\n\u202e","name":[["deep"]]})";
  EXPECT_EQ(one(row).token.symbol.size(), 5u);
}

TEST(TronGridJson, RefusesFieldsThatAreNotWhatTheyShouldBe) {
  const auto with = [](std::string RowText::*field, const char* text) {
    RowText row;
    row.*field = text;
    return refused(row);
  };
  EXPECT_THAT(with(&RowText::id, R"("12")"), HasSubstr("row 0: \"transaction_id\""));
  EXPECT_THAT(with(&RowText::id, "{}"), HasSubstr("\"transaction_id\""));
  EXPECT_THAT(with(&RowText::time, "-1"), HasSubstr("\"block_timestamp\""));
  EXPECT_THAT(with(&RowText::time, "1e12"), HasSubstr("\"block_timestamp\""));
  EXPECT_THAT(with(&RowText::time, "99999999999999999"), HasSubstr("\"block_timestamp\""));
  EXPECT_THAT(with(&RowText::from, R"("TQy9yHe4cWMVAyVEx3QJdtd1CsCSUP6Yiq")"),
              HasSubstr("\"from\": no TRON address"));
  EXPECT_THAT(with(&RowText::to, "null"), HasSubstr("\"to\""));
  EXPECT_THAT(with(&RowText::token, R"("USDT")"), HasSubstr("\"token_info\""));
  EXPECT_THAT(with(&RowText::token, R"({"address":"nowhere"})"), HasSubstr("\"address\""));
  EXPECT_THAT(with(&RowText::value, R"("1","value":"2")"), HasSubstr("comes twice"));
  EXPECT_THAT(with(&RowText::value, R"("1","other":[1,{"value":"2"}])"), "taken");
  EXPECT_THAT(refused(R"({"data":[{}]})"), HasSubstr("row 0"));
  EXPECT_THAT(refused(R"({"data":[1]})"), HasSubstr("row 0"));
}

TEST(TronGridJson, RefusesAnswersThatAreNone) {
  for (const std::string body :
       {"", " ", "null", "[]", "{}", "<html>", R"({"data":{}})", R"({"data":[)", R"({"data":[]}})",
        R"({"data":[]} x)", R"({"data":[],"success":false})", R"({"data":[],"data":[]})",
        R"({"data":[],"meta":[]})", R"({"data":[],"success":1})",
        R"({"data":[],"meta":{"fingerprint":7}})"})
    EXPECT_NE(refused(body), "taken") << body;
  EXPECT_THAT(refused(R"({"data":[],"meta":{"fingerprint":")" + std::string(1025, 'f') + "\"}}"),
              HasSubstr("too long"));
  EXPECT_NE(refused(R"({"data":)" + std::string(100'000, '[')), "taken");
  EXPECT_NE(refused(std::string(100'000, '[')), "taken");
}

TEST(TronGridJson, RefusesEveryCutOfAnAnswer) {
  const std::string whole = R"({"data":[)" + RowText().text() + R"(],"success":true,"meta":{}})";
  ASSERT_TRUE(read(whole));
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(read(whole.substr(0, size))) << whole.substr(0, size);
}

TEST(TronGridJson, RefusesPagesWithoutEnd) {
  std::string body = R"({"data":[)";
  for (std::size_t i = 0; i <= PageReader::kRowsMax; ++i)
    body += (i > 0 ? "," : "") + RowText().text();
  EXPECT_THAT(refused(body + "]}"), HasSubstr("too many rows"));
}

TEST(TronGridJson, ReadsRefusalsInAnyCase) {
  const auto one = read_refusal(
      R"({"Success":false,"Error":"The key exceeds the frequency limit(15), and the query server )"
      R"(is suspended for 30s","StatusCode":403})");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->status, 403);
  EXPECT_EQ(one->suspended_seconds, 30);
  EXPECT_THAT(one->message, HasSubstr("frequency limit(15)"));
  const auto small = read_refusal(R"({"success":false,"error":"a\nb","statusCode":400})");
  ASSERT_TRUE(small);
  EXPECT_EQ(small->message, "a b");
  EXPECT_FALSE(small->suspended_seconds);
  EXPECT_EQ(read_refusal(R"({"message":"Forbidden"})")->message, "Forbidden");
  EXPECT_EQ(read_refusal(R"({"Error":"Suspended for 99999999999s"})")->suspended_seconds,
            std::nullopt);
  EXPECT_EQ(read_refusal(R"({"Error":"SUSPENDED FOR 7 seconds"})")->suspended_seconds, 7);
  EXPECT_LE(read_refusal(R"({"Error":")" + std::string(5000, 'x') + "\"}")->message.size(), 303u);
  for (const char* none : {"", "[]", "{}", "<html>", R"({"Error":5})", R"({"Error":"x")"})
    EXPECT_FALSE(read_refusal(none)) << none;
}

TEST(TronGridJson, ReadsBackWhatTheReplayServerWrites) {
  CLEW_NEED_DATA();
  const std::string path =
      clew::test::data_dir() + "/tron/block_50000011_trc20_trongrid_shape.json";
  const auto rows = replay::load_history_rows(path);
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(rows->size(), 75u);
  std::uint64_t usdt = 0;
  for (const Trc20Row& row : *rows) {
    EXPECT_EQ(row.time_ms, 1680612831000u);
    if (row.token.symbol == "USDT") usdt += row.value.low_u64();
  }
  EXPECT_EQ(usdt, 465704408725u);

  const replay::HistoryBook book(*rows);
  std::string body = R"({"data":[)";
  for (std::uint32_t i = 0; i < rows->size(); ++i) {
    if (i > 0) body += ',';
    JsonText json(body);
    book.write(i, json);
  }
  const auto again = read(body + "]}");
  ASSERT_TRUE(again) << again.error().message;
  for (std::size_t i = 0; i < rows->size(); ++i) {
    EXPECT_TRUE(again->rows[i].same_as((*rows)[i]));
    EXPECT_EQ(again->rows[i].token, (*rows)[i].token);
  }
}

// What a node tells of a block and what a provider tells of its accounts is the same money.
TEST(TronGridJson, TellsTheTransfersThatTheLogsOfTheBlockTell) {
  CLEW_NEED_DATA();
  const auto folder = clew::test::data_dir() + "/tron/";
  const auto rows = replay::load_history_rows(folder + "block_50000011_trc20_trongrid_shape.json");
  ASSERT_TRUE(rows) << rows.error().message;
  const auto block =
      tron::TableJsonReader().read_block(clew::test::read_gzip(folder + "block_50000011.json.gz"));
  ASSERT_TRUE(block) << block.error().message;
  EXPECT_EQ(block->header.version, 27u);
  tron::BlockNotes notes;
  const auto made = tron::AccountBlockReader().read(*block, notes);
  ASSERT_TRUE(made) << made.error().message;

  using Moved = std::tuple<Hash256, std::uint64_t, chain::Account, chain::Account, chain::Account,
                           std::string>;
  std::vector<Moved> of_block, of_provider;
  for (const auto& transfer : made->transfers)
    if (transfer.kind == chain::TransferKind::erc20)
      of_block.emplace_back(made->txs[transfer.tx].hash, block->header.time_ms, *transfer.from,
                            *transfer.to, transfer.asset.contract, transfer.value.to_decimal());
  for (const Trc20Row& row : *rows)
    of_provider.emplace_back(row.transaction, row.time_ms, row.from, row.to, *row.token.contract,
                             row.value.to_decimal());
  std::ranges::sort(of_block);
  std::ranges::sort(of_provider);
  EXPECT_EQ(of_block.size(), 75u);
  EXPECT_EQ(of_block, of_provider);
}

}  // namespace
}  // namespace clew::providers
