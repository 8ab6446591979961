// Databases of signatures, ABI files and real calls.
#include <gtest/gtest.h>

#include <set>

#include "chain/evm/abi_json.h"
#include "chain/evm/known_signatures.h"
#include "chain/evm/rpc_calls.h"
#include "chain/evm/signature_book.h"
#include "chain/evm/traces_test_support.h"

namespace clew::evm {
namespace {

using namespace test;
using nlohmann::json;

TEST(SignatureBook, HasWhatIsBuiltIn) {
  std::set<std::string> functions;
  for (const std::string_view text : known_functions()) {
    const auto parsed = parse_signature(text);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error().message;
    EXPECT_TRUE(functions.insert(canonical(*parsed)).second) << text;
    EXPECT_EQ(described(*parsed), text);
  }
  for (const std::string_view text : known_events())
    ASSERT_TRUE(parse_signature(text)) << text;
  EXPECT_EQ(SignatureBook().functions(), functions.size());
}

TEST(RealSignatures, NameCallsOfTheChain) {
  CLEW_NEED_DATA();
  SignatureBook book;
  const std::size_t built_in = book.functions();
  const auto loaded =
      book.add_lines(clew::test::read_gzip(evm_data() + "signatures/geth_4byte.csv.gz"));
  EXPECT_EQ(loaded.added + loaded.refused, 146841u);
  EXPECT_LT(loaded.refused, 10u);
  EXPECT_GT(book.functions(), built_in + 146000);

  std::size_t files = 0, functions = 0;
  for (const auto& [path, content] : archive_files("signatures/protocol_abis.tar.gz")) {
    if (!path.ends_with(".json")) continue;
    const auto abi = read_contract_abi(content);
    ASSERT_TRUE(abi) << path << ": " << abi.error().message;
    ASSERT_TRUE(book.add_abi(content));
    functions += abi->functions.size();
    ++files;
  }
  EXPECT_EQ(files, 124u);
  EXPECT_GT(functions, 2000u);

  RpcCallsReader reader;
  Calls calls;
  std::size_t with_input = 0, named = 0, exact = 0;
  for (const json& one : recorded("trace_transaction")) {
    ASSERT_TRUE(reader.read_transaction(TraceForm::flat, one["response"].dump(), calls));
    for (const Call& call : calls.calls) {
      if (call.input.size() < 4 || call.creates()) continue;
      ++with_input;
      if (const auto name = book.name_call(call)) {
        ++named;
        exact += name->exact;
      }
    }
  }
  EXPECT_GT(with_input, 100u);
  EXPECT_GT(named * 10, with_input * 7);
  EXPECT_GT(exact * 10, named * 9);
}

}  // namespace
}  // namespace clew::evm
