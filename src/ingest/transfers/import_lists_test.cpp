#include "ingest/transfers/import_lists.h"

#include <gmock/gmock.h>

#include "ingest/transfers/list_values.h"
#include "ledger/account/snapshot.h"
#include "ledger/account/token_names.h"
#include "ledger/account/writer.h"
#include "tests/memory_files.h"

namespace clew::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string account(char digit) {
  return "0x" + std::string(40, digit);
}
std::string hash(char digit) {
  return "0x" + std::string(64, digit);
}

class ImportLists : public ::testing::Test {
 protected:
  void put(const std::string& name, std::string_view text) {
    files.put(name, Bytes(text.begin(), text.end()));
  }
  Result<ListImportReport> import(const std::vector<std::string>& paths,
                                  std::string_view map = {}) {
    auto parsed = ListMap::parse(map);
    EXPECT_TRUE(parsed);
    options.map = *parsed;
    options.network = "evm:1";
    options.rows.coin = "ETH";
    return import_lists(paths, "ledger", options, files);
  }
  ListImportReport imported(const std::vector<std::string>& paths, std::string_view map = {}) {
    auto report = import(paths, map);
    EXPECT_TRUE(report) << report.error().message;
    if (!report) return {};
    EXPECT_THAT(report->problems, IsEmpty());
    return *report;
  }
  std::string problem(const std::string& text, std::string_view map = {}) {
    put("bad.csv", text);
    const auto report = import({"bad.csv"}, map);
    if (!report) return report.error().message;
    EXPECT_EQ(report->added, 0u);
    EXPECT_FALSE(files.exists("ledger/MANIFEST"));
    return report->problems.empty() ? "none" : report->problems.front();
  }
  account::Snapshot snapshot() {
    auto opened = account::Snapshot::open("ledger", files);
    EXPECT_TRUE(opened) << opened.error().message;
    return *opened;
  }
  // "native a>b 5 @0" of the transfers of a block, in their order.
  std::vector<std::string> moved(std::uint32_t number) {
    const auto s = snapshot();
    const auto block = s.block(*s.find_block_at(number));
    std::vector<std::string> out;
    const auto letter = [&](account::AddressId id) {
      return id == account::kNoAddress ? std::string("-") : to_hex(s.address(id)).substr(0, 1);
    };
    for (std::uint32_t i = 0; i < block.transfer_count; ++i) {
      const auto row = s.transfer(block.first_transfer + i);
      out.push_back(std::to_string(static_cast<int>(row.kind)) + " " + letter(row.from) + ">" +
                    letter(row.to) + " " + row.value.to_decimal() + " @" +
                    std::to_string(row.place));
    }
    return out;
  }

  test::MemoryFiles files;
  ListImportOptions options;
};

TEST_F(ImportLists, TakesTokenTransfersInOrderOfTheirLogs) {
  put("tokens.csv",
      "token_address,from_address,to_address,value,transaction_hash,log_index,block_number\n" +
          account('7') + "," + account('a') + "," + account('b') + ",5," + hash('2') + ",3,10\n" +
          account('7') + "," + account('b') + "," + account('c') + ",6," + hash('1') + ",1,10\n" +
          account('7') + "," + account('c') + "," + account('a') + ",0," + hash('1') + ",2,12\n");
  const auto report = imported({"tokens.csv"});
  EXPECT_EQ(report.added, 3u);
  EXPECT_EQ(report.empty_blocks, 1u);
  EXPECT_EQ(report.transfers, 3u);
  EXPECT_EQ(report.blocks_without_time, 2u);
  EXPECT_FALSE(report.by_time);
  EXPECT_THAT(moved(10), ElementsAre("2 b>c 6 @1", "2 a>b 5 @3"));
  EXPECT_THAT(moved(11), IsEmpty());
  EXPECT_THAT(moved(12), ElementsAre("2 c>a 0 @2"));
  const auto s = snapshot();
  EXPECT_EQ(s.parts_of(*s.find_block_at(10)), chain::kMadeOfList);
  EXPECT_EQ(s.tx(*s.find_tx([] {
               Hash256 wanted;
               wanted.fill(0x22);
               return wanted;
             }()))
                .from,
            account::kNoAddress);
}

TEST_F(ImportLists, TheSameAgainChangesNothing) {
  put("list.csv",
      "from,to,value,block,tx\n" + account('a') + "," + account('b') + ",5,10," + hash('1') + "\n");
  imported({"list.csv"});
  const auto version = snapshot().version();
  const auto again = imported({"list.csv"});
  EXPECT_EQ(again.added, 0u);
  EXPECT_EQ(again.already_there, 1u);
  EXPECT_EQ(snapshot().version(), version);
  EXPECT_THAT(account::verify("ledger", files).value(), IsEmpty());
}

TEST_F(ImportLists, ForgetsNoDecimalsOfNamedAssets) {
  const auto list = [](const std::string& block) {
    return "from,to,value,block,asset\n" + account('a') + "," + account('b') + ",5," + block +
           ",USD\n";
  };
  const auto decimals = [&]() -> std::optional<std::uint8_t> {
    const auto names = account::TokenNames::open("ledger", {}, files);
    const auto token = names->find(made_up_contract("USD"));
    EXPECT_TRUE(token);
    return token ? token->decimals : std::nullopt;
  };
  put("first.csv", list("10"));
  put("second.csv", list("11"));
  put("none.csv", list("9"));
  imported({"none.csv"});
  EXPECT_EQ(decimals(), std::nullopt);
  options.rows.decimals = 6;
  imported({"first.csv"});
  EXPECT_EQ(decimals(), 6);
  options.rows.decimals = std::nullopt;
  imported({"second.csv"});
  EXPECT_EQ(decimals(), 6);
  const auto before = files.content("ledger/TOKENS");
  options.rows.decimals = 8;
  put("third.csv", list("12"));
  const auto other = import({"third.csv"});
  ASSERT_TRUE(other);
  EXPECT_THAT(other->problems, ElementsAre(HasSubstr("counts USD with 6 decimals, not 8")));
  EXPECT_EQ(files.content("ledger/TOKENS"), before);
  EXPECT_FALSE(snapshot().find_block_at(12));
}

TEST_F(ImportLists, NamesNothingThatIsNotStored) {
  put("list.csv",
      "from,to,value,block,asset\n" + account('a') + "," + account('b') + ",5,10,USD\n");
  files.capacity = files.bytes_used() + 2000;  // for names, but not for a segment
  EXPECT_FALSE(import({"list.csv"}));
  EXPECT_FALSE(files.exists("ledger/TOKENS"));
}

TEST_F(ImportLists, TransactionsTokensAndBlocksOfOneExportFitTogether) {
  put("transactions.csv",
      "hash,nonce,block_number,transaction_index,from_address,to_address,value,gas\n" + hash('1') +
          ",0,10,1," + account('a') + "," + account('b') + ",5,21000\n" + hash('2') + ",1,10,0," +
          account('c') + ",,7,90000\n");
  put("tokens.csv",
      "token_address,from_address,to_address,value,transaction_hash,log_index,block_number\n" +
          account('7') + "," + account('a') + "," + account('b') + ",9," + hash('1') + ",0,10\n");
  put("blocks.csv", "number,hash,timestamp\n10," + hash('9') + ",1500000000\n");
  const auto report = imported({"tokens.csv", "transactions.csv", "blocks.csv"});
  EXPECT_EQ(report.transactions, 2u);
  EXPECT_EQ(report.blocks_without_time, 0u);
  const auto all = moved(10);
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_THAT(all[0], HasSubstr("0 c>"));
  EXPECT_EQ(all[1], "0 a>b 5 @0");
  EXPECT_EQ(all[2], "2 a>b 9 @0");
  const auto s = snapshot();
  EXPECT_EQ(s.time_of(*s.find_block_at(10)), 1500000000u);
}

TEST_F(ImportLists, ATransactionAndItsOuterCallAreOneTransfer) {
  put("transactions.csv",
      "hash,nonce,block_number,from_address,to_address,value,block_timestamp\n" + hash('1') +
          ",0,10," + account('a') + "," + account('b') + ",5,1500000000\n");
  put("traces.csv",
      "block_number,transaction_hash,from_address,to_address,value,trace_type,call_type,"
      "trace_address,status\n" +
          ("10," + hash('1')) + "," + account('a') + "," + account('b') + ",5,call,call,,1\n" +
          ("10," + hash('1')) + "," + account('b') + "," + account('c') + ",2,call,call,1,1\n" +
          ("10," + hash('1')) + "," + account('b') + "," + account('c') +
          ",9,call,delegatecall,0,1\n" + ("10," + hash('1')) + "," + account('b') + "," +
          account('d') + ",4,call,call,2,0\n" + ("10," + hash('1')) + "," + account('d') + "," +
          account('e') + ",3,call,call,\"2,0\",1\n" + "10,,," + account('f') + ",8,reward,,,1\n");
  const auto report = imported({"transactions.csv", "traces.csv"});
  EXPECT_THAT(moved(10), ElementsAre("0 a>b 5 @0", "1 b>c 2 @2", "7 ->f 8 @0"));
  EXPECT_EQ(report.repeated, 1u);
  EXPECT_EQ(report.failed, 2u);
  const auto s = snapshot();
  EXPECT_EQ(s.time_of(*s.find_block_at(10)), 1500000000u);
}

TEST_F(ImportLists, ListsOfTwoAccountsTellOfATransactionOnce) {
  const std::string row =
      "10,1500000000," + hash('1') + "," + account('a') + "," + account('b') + ",5,0\n";
  put("list.csv", "blockNumber,timeStamp,hash,from,to,value,isError\n" + row + row);
  EXPECT_EQ(imported({"list.csv"}).repeated, 1u);
  EXPECT_THAT(moved(10), ElementsAre("0 a>b 5 @0"));
}

TEST_F(ImportLists, WhatTheGenesisBlockGaveCameFromNobody) {
  put("list.csv", "blockNumber,timeStamp,hash,from,to,value,isError\n0,0,GENESIS_" +
                      account('b').substr(2) + ",GENESIS," + account('b') + ",5,0\n");
  EXPECT_EQ(imported({"list.csv"}).transactions, 0u);
  EXPECT_THAT(moved(0), ElementsAre("0 ->b 5 @0"));
}

TEST_F(ImportLists, AFailedTransactionMovesNothing) {
  put("list.csv", "blockNumber,timeStamp,hash,from,to,value,isError\n10,1500000000," + hash('1') +
                      "," + account('a') + "," + account('b') + ",5,1\n");
  EXPECT_EQ(imported({"list.csv"}).failed, 1u);
  EXPECT_THAT(moved(10), IsEmpty());
}

TEST_F(ImportLists, AContractsAddressFollowsFromItsMakersNonce) {
  put("list.csv", "hash,nonce,block_number,from_address,to_address,value\n" + hash('1') +
                      ",0,10,0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0,,5\n");
  imported({"list.csv"});
  const auto s = snapshot();
  const auto row = s.transfer(s.block(*s.find_block_at(10)).first_transfer);
  EXPECT_EQ(to_hex(s.address(row.to)), "cd234a471b72ba2f1ccf0a70fcaba648a5eecd8d");
}

TEST_F(ImportLists, WhatTellsOnlyTimesIsNumberedInOrderOfTime) {
  put("list.jsonl", "{\"sender\": \"" + account('a') + "\", \"receiver\": \"" + account('b') +
                        "\", \"amt\": 115792089237316195423570985008687907853, \"ts\": "
                        "\"2024-08-22 14:05:59\", \"token\": \"USD\"}\n{\"sender\": \"" +
                        account('b') + "\", \"receiver\": \"" + account('c') +
                        "\", \"amt\": \"7\", \"ts\": 1724335558, \"token\": null}\n");
  const auto report = imported({"list.jsonl"});
  EXPECT_TRUE(report.by_time);
  EXPECT_THAT(report.made_up_assets, ElementsAre("USD"));
  EXPECT_THAT(moved(0), ElementsAre("0 b>c 7 @0"));
  EXPECT_THAT(moved(1), ElementsAre("2 a>b 115792089237316195423570985008687907853 @0"));
  const auto s = snapshot();
  EXPECT_EQ(s.parts_of(*s.find_block_at(0)), chain::kMadeOfList | chain::kNumberedByTime);
  EXPECT_EQ(imported({"list.jsonl"}).already_there, 2u);

  put("later.jsonl", "{\"from\": \"" + account('a') + "\", \"to\": \"" + account('b') +
                         "\", \"value\": 1, \"time\": 1724335560}\n");
  EXPECT_EQ(imported({"later.jsonl"}).added, 1u);
  EXPECT_THAT(moved(2), ElementsAre("0 a>b 1 @0"));
  put("between.jsonl", "{\"from\": \"" + account('a') + "\", \"to\": \"" + account('b') +
                           "\", \"value\": 1, \"time\": 1724335557}\n");
  const auto refused = import({"between.jsonl"});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("imported together"));
}

TEST_F(ImportLists, ColumnsAreFoundAsMapped) {
  put("list.csv", "who;whom;amt;token;ts;blk;h\r\n" + account('a') + ";" + account('b') +
                      ";1.5;\"\";1500000000;10;" + hash('1') + "\r\n");
  options.rows.decimals = 18;
  imported({"list.csv"}, "from=who,to=whom,value=amt,asset=token,time=ts,block=blk,tx=h");
  EXPECT_THAT(moved(10), ElementsAre("0 a>b 1500000000000000000 @0"));
}

TEST_F(ImportLists, ColumnsMayComeQuotedAndOverLines) {
  put("list.csv", "\xef\xbb\xbf\"from\",to,value,block,label\n" + account('a') + "," +
                      account('b') + ",5,10,\"a \"\"name\"\",\nof two lines\"\n" + account('b') +
                      "," + account('c') + ",6,10,\n");
  imported({"list.csv"});
  EXPECT_THAT(moved(10), ElementsAre("0 a>b 5 @0", "0 b>c 6 @1"));
}

TEST_F(ImportLists, WrongRowsAreNamedAndNothingIsStored) {
  const std::string head = "from,to,value,block,time,tx,token\n";
  const std::string good = account('a') + "," + account('b') + ",5,10,1500000000," + hash('1');
  const auto row = [&](std::string line) { return problem(head + good + ",\n" + line + "\n"); };
  EXPECT_THAT(row("0x12," + account('b') + ",5,10,,,"), HasSubstr("bad.csv: line 3: from '0x12'"));
  EXPECT_THAT(row(account('a') + "," + account('b') + ",1.5,10,,,"), HasSubstr("--decimals"));
  EXPECT_THAT(row(account('a') + "," + account('b') + ",5,ten,,,"), HasSubstr("block 'ten'"));
  EXPECT_THAT(row(account('a') + "," + account('b') + ",5,,,,"), HasSubstr("neither block nor"));
  EXPECT_THAT(row(account('a') + "," + account('b') + ",5,,1500000000,,"), HasSubstr("--by-time"));
  EXPECT_THAT(row(account('a') + "," + account('b') + ",5,10,1500000001,,"),
              HasSubstr("has time 1500000001 here"));
  EXPECT_THAT(row(account('a') + "," + account('b') + ",5,10,,0x1,"), HasSubstr("tx '0x1'"));
  EXPECT_THAT(row(account('a') + "," + account('b') + ",,10,,,"), HasSubstr("there is no value"));
  EXPECT_THAT(row(",,5,10,,,"), HasSubstr("neither from nor to"));
  EXPECT_THAT(row(account('a') + "," + account('b') + ",5,10"), HasSubstr("4 cells"));
  EXPECT_THAT(row("\"" + account('a')), HasSubstr("does not end"));
  EXPECT_THAT(problem("a,b\n1,2\n"), HasSubstr("there are a, b"));
  EXPECT_THAT(problem(head + good + ",\n", "value=amount"), HasSubstr("no column 'amount'"));
  EXPECT_THAT(problem(""), HasSubstr("empty"));
  EXPECT_THAT(problem("{\"from\": 1, \n"), HasSubstr("line 1"));
}

TEST_F(ImportLists, AMapIsCheckedBeforeAnythingIsRead) {
  EXPECT_THAT(ListMap::parse("form=a").error().message, HasSubstr("the fields are from, to"));
  EXPECT_THAT(ListMap::parse("from").error().message, HasSubstr("field=column"));
  EXPECT_THAT(ListMap::parse("from=a,from=b").error().message, HasSubstr("twice"));
}

TEST_F(ImportLists, OtherBlocksOfTheSameNumberAreRefused) {
  put("list.csv", "from,to,value,block\n" + account('a') + "," + account('b') + ",5,10\n");
  imported({"list.csv"});
  put("other.csv", "from,to,value,block\n" + account('a') + "," + account('b') + ",6,10\n" +
                       account('a') + "," + account('b') + ",6,11\n");
  const auto refused = import({"other.csv"});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("another block 10"));
  EXPECT_EQ(snapshot().block_count(), 1u);
}

TEST_F(ImportLists, TooManyEmptyBlocksAreRefused) {
  put("list.csv", "from,to,value,block,time\n" + account('a') + "," + account('b') +
                      ",5,1,1500000000\n" + account('a') + "," + account('b') +
                      ",5,9000000,1600000000\n");
  const auto refused = import({"list.csv"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unsupported);
  EXPECT_THAT(refused.error().message, HasSubstr("--by-time"));
  options.rows.by_time = true;
  EXPECT_EQ(imported({"list.csv"}).added, 2u);
}

TEST_F(ImportLists, AFullDiskLeavesNothing) {
  put("list.csv", "from,to,value,block\n" + account('a') + "," + account('b') + ",5,10\n");
  files.capacity = files.bytes_used() + 2000;
  const auto refused = import({"list.csv"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::no_space);
  files.capacity.reset();
  imported({"list.csv"});
  EXPECT_EQ(snapshot().block_count(), 1u);
}

}  // namespace
}  // namespace clew::ingest
