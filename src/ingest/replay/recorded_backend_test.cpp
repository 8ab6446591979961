#include "ingest/replay/recorded_backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chain/evm/check.h"
#include "chain/evm/rpc_block.h"
#include "ingest/replay/rpc_service.h"
#include "tests/data.h"
#include "tests/memory_files.h"

namespace clew::replay {
namespace {

using testing::HasSubstr;

struct Recording {
  clew::test::MemoryFiles files;
  std::unique_ptr<RecordedBackend> backend;
  Faults faults{FaultPlan()};

  explicit Recording(std::string_view text) {
    files.put("answers.jsonl", Bytes(text.begin(), text.end()));
    auto opened = RecordedBackend::open(files, {"answers.jsonl"});
    if (opened) backend = std::move(*opened);
  }
  Reply call(std::string_view method, const Json& params) {
    return backend->call(method, params, faults);
  }
};

TEST(Recorded, AnswersAreFoundWhateverTheirSpelling) {
  Recording recording(R"({"request":{"method":"eth_getBalance","params":["0xAB","0xF"]},)"
                      R"("response":{"result":"0x5"}})"
                      "\n"
                      R"({"request":{"method":"eth_call","params":[]},)"
                      R"("response":{"error":{"code":3,"message":"reverted"}}})"
                      "\n");
  ASSERT_TRUE(recording.backend);
  EXPECT_EQ(recording.call("eth_getBalance", Json::array({"0xab", "0xf"})), Reply("\"0x5\""));
  EXPECT_EQ(recording.call("eth_getBalance", Json::array({"0xab", "0x1"})), Reply("null"));
  const auto failed = recording.call("eth_call", Json::array());
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, 3);
  EXPECT_EQ(recording.call("eth_nothing", Json()).error().code, kMethodNotFound);
}

TEST(Recorded, AnEmptyFileIsNoNode) {
  clew::test::MemoryFiles files;
  files.put("empty.jsonl", {});
  const auto opened = RecordedBackend::open(files, {"empty.jsonl"});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::data);
  EXPECT_EQ(opened.error().message, "no recorded answers in empty.jsonl");
}

TEST(Recorded, DamagedFilesAreRefusedWithTheirLine) {
  for (const char* text : {"{}\n", "[]\n", "not json\n", "{\"request\":{\"method\":1}}\n"}) {
    clew::test::MemoryFiles files;
    const std::string bytes = text;
    files.put("bad.jsonl", Bytes(bytes.begin(), bytes.end()));
    const auto opened = RecordedBackend::open(files, {"bad.jsonl"});
    ASSERT_FALSE(opened) << text;
    EXPECT_THAT(opened.error().message, HasSubstr("bad.jsonl, line 1"));
  }
}

// Blocks of mainnet with their receipts.
TEST(Recorded, BlocksOfMainnetAreServedByNumberAndByHash) {
  CLEW_NEED_DATA();
  const std::string folder = clew::test::data_dir() + "/evm/rpc/";
  auto opened = RecordedBackend::open(
      real_files(),
      {folder + "eth_getBlockByNumber.jsonl.gz", folder + "eth_getBlockByHash.jsonl.gz",
       folder + "eth_getBlockReceipts.jsonl.gz", folder + "trace_block.jsonl.gz"});
  ASSERT_TRUE(opened) << opened.error().message;
  Faults faults{FaultPlan()};
  RpcService service(**opened, faults);
  const auto ask = [&](const char* method, const Json& params) {
    return service.answer(Json{{"id", 1}, {"method", method}, {"params", params}}.dump());
  };
  evm::RpcBlockReader reader;
  evm::RpcReceiptsReader receipts_reader;
  evm::BlockCheck check;
  evm::RpcBlock block, same;
  evm::RpcReceipts receipts;
  ASSERT_TRUE(reader.read(ask("eth_getBlockByNumber", Json::array({"0x112a880", true})), block));
  const std::string hash = evm::to_text(block.block.hash);
  ASSERT_TRUE(reader.read(ask("eth_getBlockByHash", Json::array({hash, true})), same));
  EXPECT_EQ(block.raw, same.raw);
  ASSERT_TRUE(receipts_reader.read(ask("eth_getBlockReceipts", Json::array({hash})), block.block,
                                   receipts));
  const auto held = check.check_receipts(block.block, receipts.receipts);
  EXPECT_TRUE(held) << held.error().message;
}

}  // namespace
}  // namespace clew::replay
