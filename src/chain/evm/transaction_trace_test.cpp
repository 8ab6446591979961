#include "chain/evm/transaction_trace.h"

#include <gmock/gmock.h>

#include "chain/evm/rpc_state.h"
#include "chain/evm/struct_logs.h"
#include "chain/evm/traces_test_support.h"

namespace clew::evm {
namespace {

using namespace test;
using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kA = "0x00000000000000000000000000000000a00000aa";
constexpr const char* kB = "0x00000000000000000000000000000000b00000bb";

std::string word(int number) {
  return to_text(U256(static_cast<std::uint64_t>(number)).to_big_endian());
}

std::string answer(const json& result) {
  return json{{"result", result}}.dump();
}

json text_of(const TransactionTrace& trace, bool as_parity = true) {
  std::string text;
  JsonText writer(text);
  write_transaction_trace(writer, trace, {.as_parity = as_parity});
  return json::parse(text);
}

Result<PrestateDiff> prestate(const json& result) {
  RpcAnswer reader;
  PrestateDiff diff;
  CLEW_CHECK(reader.read(answer(result), [&](JsonValue value) -> Result<void> {
    CLEW_TRY(read, read_prestate_diff(value));
    diff = std::move(read);
    return {};
  }));
  return diff;
}

json diff_text(const json& result) {
  const auto read = prestate(result);
  if (!read) return read.error().message;
  const auto diff = to_state_diff(*read);
  if (!diff) return diff.error().message;
  std::string text;
  JsonText writer(text);
  write_state_diff(writer, *diff);
  return json::parse(text);
}

TEST(StateDiff, OfAChangedAccountHasWhatDiffers) {
  const json pre = {{kA,
                     {{"balance", "0x5"},
                      {"nonce", 3},
                      {"storage", {{word(1), word(7)}, {word(2), word(8)}, {word(4), word(4)}}}}}};
  const json post = {{kA,
                      {{"balance", "0x4"},
                       {"code", "0x01"},
                       {"storage", {{word(2), word(9)}, {word(3), word(6)}, {word(4), word(4)}}}}}};
  const auto star = [](const json& from, const json& to) {
    return json{{"*", {{"from", from}, {"to", to}}}};
  };
  EXPECT_EQ(diff_text({{"pre", pre}, {"post", post}}),
            (json{{kA,
                   {{"balance", star("0x5", "0x4")},
                    {"nonce", "="},
                    {"code", star("0x", "0x01")},
                    {"storage",
                     {{word(1), star(word(7), word(0))},
                      {word(2), star(word(8), word(9))},
                      {word(3), star(word(0), word(6))}}}}}}));
}

TEST(StateDiff, OfAnAccountThatBeginsOrEndsHasAllOfIt) {
  const json account = {{"balance", "0x5"}, {"code", "0x00"}, {"storage", {{word(1), word(2)}}}};
  for (const char* kind : {"+", "-"}) {
    const bool begins = std::string_view(kind) == "+";
    const json all = {{kB, account}};
    const json none = json::object();
    EXPECT_EQ(diff_text({{"pre", begins ? none : all}, {"post", begins ? all : none}}),
              (json{{kB,
                     {{"balance", {{kind, "0x5"}}},
                      {"nonce", {{kind, "0x0"}}},
                      {"code", {{kind, "0x00"}}},
                      {"storage", {{word(1), {{kind, word(2)}}}}}}}}));
  }
}

TEST(StateDiff, TakesAnEmptyAccountForNone) {
  const json none = {{"balance", "0x0"}}, some = {{"balance", "0x5"}};
  EXPECT_EQ(diff_text({{"pre", {{kA, none}}}, {"post", {{kA, some}}}})[kA]["balance"],
            (json{{"+", "0x5"}}));
  EXPECT_EQ(diff_text({{"pre", {{kA, none}}}, {"post", json::object()}}), json::object());
}

TEST(StateDiff, NeedsTheCodeThatChanges) {
  const json hash = word(5), other = word(6);
  EXPECT_THAT(diff_text({{"pre", json::object()}, {"post", {{kA, {{"codeHash", hash}}}}}}).dump(),
              HasSubstr("its code is not told, only its hash"));
  EXPECT_THAT(
      diff_text({{"pre", {{kA, {{"codeHash", hash}}}}}, {"post", {{kA, {{"codeHash", other}}}}}})
          .dump(),
      HasSubstr("only its hash"));
  EXPECT_EQ(diff_text({{"pre", {{kA, {{"codeHash", hash}, {"balance", "0x1"}}}}},
                       {"post", {{kA, {{"balance", "0x2"}}}}}})
                .size(),
            1u);
}

TEST(StateDiff, NamesTheAccountAndFieldThatIsWrong) {
  const auto error = [](const json& account) {
    const auto read = prestate({{"pre", {{kA, account}}}, {"post", json::object()}});
    return read ? "no error" : read.error().message;
  };
  EXPECT_THAT(error({{"balance", "5"}}), HasSubstr(std::string("account ") + kA + ": \"balance\""));
  EXPECT_THAT(error({{"nonce", "x"}}), HasSubstr("\"nonce\""));
  EXPECT_THAT(error({{"code", "0x1"}}), HasSubstr("not hexadecimal"));
  EXPECT_THAT(error({{"storage", {{"0x1", "0x1"}}}}), HasSubstr("digits instead of 64"));
  EXPECT_EQ(error({{"nonce", "0x5"}, {"storage", {{word(1), "0x1"}}}}), "no error");
  EXPECT_THAT(prestate({{"pre", json::object()}}).error().message, HasSubstr("\"post\""));
  EXPECT_THAT(
      prestate({{"pre", {{"0x12", json::object()}}}, {"post", json::object()}}).error().message,
      HasSubstr("digits instead of 40"));
}

json step(int depth, int pc, const char* op, int gas, int cost, const json& stack,
          const json& memory = json::array()) {
  return {{"depth", depth},  {"pc", pc},       {"op", op},        {"gas", gas},
          {"gasCost", cost}, {"stack", stack}, {"memory", memory}};
}

// A transaction to B, which stores a word, calls a precompile, and creates a contract that stops.
struct Traced {
  json call = {{"type", "CALL"}, {"from", kA},       {"to", kB},
               {"value", "0x1"}, {"gas", "0x5270"},  {"gasUsed", "0x5250"},
               {"input", "0x"},  {"output", "0x05"}, {"calls", json::array()}};
  json steps = {
      step(1, 0, "SSTORE", 100, 20, {"0x9", "0x7", "0x1"}),
      step(1, 1, "CALL", 80, 30, {"0x20", "0x0", "0x0", "0x0", "0x0", "0x2", "0xff"}),
      step(1, 2, "DUP2", 60, 3, {"0x8", "0x1"}, {std::string(63, '0') + "6"}),
      step(1, 3, "CREATE", 57, 20, {"0x2", "0x1", "0x0"}, {"11aabb" + std::string(58, '0')}),
      step(2, 0, "STOP", 30, 0, json::array()),
      step(1, 4, "RETURN", 25, 1, {"0xcc"}, {"11aabb" + std::string(58, '0')})};
  json codes = {{kB, {{"balance", "0x0"}, {"code", "0x6001"}}}};
};

TEST(TransactionTrace, IsBuiltFromWhatGethTells) {
  Traced traced;
  traced.call["calls"] = {
      {{"type", "STATICCALL"}, {"from", kB}, {"to", "0x0000000000000000000000000000000000000002"}},
      {{"type", "CREATE"}, {"from", kB}, {"value", "0x0"}, {"error", "out of gas"}}};
  const std::string calls = answer(traced.call), codes = answer(traced.codes),
                    steps = answer({{"structLogs", traced.steps}}),
                    diff = answer({{"pre", json::object()}, {"post", json::object()}});
  TransactionTraceReader reader;
  const auto built = reader.build({calls, diff, codes, steps});
  ASSERT_TRUE(built) << built.error().message;
  const json text = text_of(*built);
  EXPECT_EQ(text["output"], "0x05");
  EXPECT_EQ(text["stateDiff"], json::object());
  ASSERT_EQ(text["trace"].size(), 2u);                   // without the precompile
  EXPECT_EQ(text["trace"][0]["action"]["gas"], "0x64");  // what was left for the code
  EXPECT_EQ(text["trace"][0]["result"]["gasUsed"], "0x4c");
  EXPECT_EQ(text["trace"][0]["subtraces"], 1);
  EXPECT_EQ(text["trace"][1]["error"], "Out of gas");
  EXPECT_EQ(text["trace"][1]["result"], nullptr);
  EXPECT_EQ(text["trace"][1]["traceAddress"], json::array({0}));
  EXPECT_EQ(text_of(*built, false)["trace"].size(), 3u);
  EXPECT_EQ(text_of(*built, false)["trace"][2]["error"], "out of gas");

  const json& vm = text["vmTrace"];
  EXPECT_EQ(vm["code"], "0x6001");
  ASSERT_EQ(vm["ops"].size(), 5u);
  EXPECT_EQ(vm["ops"][0]["ex"]["store"], (json{{"key", "0x1"}, {"val", "0x7"}}));
  EXPECT_EQ(vm["ops"][0]["ex"]["used"], 80);
  EXPECT_EQ(vm["ops"][0]["ex"]["push"], json::array());
  EXPECT_EQ(vm["ops"][1]["ex"]["mem"], (json{{"data", word(6)}, {"off", 0}}));
  EXPECT_EQ(vm["ops"][1]["ex"]["push"], json::array({"0x1"}));
  EXPECT_EQ(vm["ops"][1]["sub"], (json{{"code", "0x"}, {"ops", json::array()}}));
  EXPECT_EQ(vm["ops"][2]["ex"]["push"], (json{"0x2", "0x1", "0x0"}));
  EXPECT_EQ(vm["ops"][3]["sub"]["code"], "0xaabb");
  EXPECT_EQ(vm["ops"][3]["sub"]["ops"][0]["idx"], "3-0");
  EXPECT_EQ(vm["ops"][3]["ex"]["used"], 25);
  EXPECT_EQ(vm["ops"][4]["ex"]["used"], 24);
  EXPECT_EQ(vm["ops"][4]["sub"], nullptr);
}

TEST(TransactionTrace, OfCallsAloneHasNothingElse) {
  const std::string calls = answer(Traced().call);
  TransactionTraceReader reader;
  const auto built = reader.build({.calls = calls});
  ASSERT_TRUE(built) << built.error().message;
  const json text = text_of(*built);
  EXPECT_EQ(text["stateDiff"], nullptr);
  EXPECT_EQ(text["vmTrace"], nullptr);
  EXPECT_EQ(text["trace"][0]["action"]["gas"], "0x5270");
  EXPECT_FALSE(reader.build({}));
}

TEST(TransactionTrace, RefusesStepsThatDoNotFollow) {
  const auto error = [](const json& steps) {
    const std::string calls = answer(Traced().call), text = answer({{"structLogs", steps}});
    TransactionTraceReader reader;
    const auto built = reader.build({.calls = calls, .steps = text});
    return built ? "no error" : built.error().message;
  };
  const json add = step(1, 0, "ADD", 9, 3, {"0x1"}), deeper = step(2, 0, "ADD", 9, 3, {"0x1"});
  EXPECT_EQ(error(json::array()), "no error");
  EXPECT_EQ(error({add, add}), "no error");
  EXPECT_THAT(error(json::array({deeper})), HasSubstr("step 0: \"depth\": 2 does not follow 0"));
  EXPECT_THAT(error({add, deeper}), HasSubstr("step 1: \"depth\": a run that nothing calls"));
  EXPECT_THAT(error(json::array({step(0, 0, "ADD", 9, 3, {"0x1"})})), HasSubstr("\"depth\""));
  EXPECT_THAT(error(json::array({step(1, 0, "", 9, 3, {"0x1"})})), HasSubstr("\"op\""));
  EXPECT_THAT(error(json::array({step(1, 0, "ADD", -9, 3, {"0x1"})})), HasSubstr("not a number"));
  EXPECT_THAT(error(json::array({step(1, 0, "ADD", 9, 3, {"zz"})})), HasSubstr("not hexadecimal"));
  EXPECT_THAT(error(json::array({step(1, 0, "ADD", 9, 3, {"0x1"}, {"11"})})),
              HasSubstr("not a word of 32 bytes"));
  json broken = add;
  broken["error"] = "out of gas";
  EXPECT_EQ(error(json::array({broken})), "no error");
}

TEST(TransactionTrace, RefusesRunsThatAreTooDeep) {
  const auto nested = [](std::size_t depth) {
    std::string text = R"({"result":{"output":"0x","trace":null,"stateDiff":null,"vmTrace":)";
    for (std::size_t i = 0; i < depth; ++i)
      text += R"({"code":"0x","ops":[{"cost":1,"pc":0,"ex":null,"sub":)";
    text += R"({"code":"0x","ops":[]})";
    for (std::size_t i = 0; i < depth; ++i)
      text += "}]}";
    return text + "}}";
  };
  TransactionTraceReader reader;
  const auto read = reader.read(nested(kCallDepthMax));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->vm_trace->runs.size(), kCallDepthMax + 1);
  EXPECT_FALSE(text_of(*read)["vmTrace"].is_null());
  EXPECT_THAT(reader.read(nested(kCallDepthMax + 1)).error().message,
              HasSubstr("nested deeper than 1025"));
  EXPECT_FALSE(reader.read(nested(5000)));
}

}  // namespace
}  // namespace clew::evm
