#include "ingest/node/json_rpc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/http.h"

namespace clew::ingest {
namespace {

using ::testing::HasSubstr;

// A text with the room behind it that reading asks for.
class Padded {
 public:
  explicit Padded(std::string text) : text_(std::move(text)) {
    text_.reserve(text_.size() + net::kBodySlack);
  }
  operator std::string_view() const { return text_; }

 private:
  std::string text_;
};

Result<std::vector<RpcEnvelope>> matched(const Padded& text, std::size_t calls,
                                         std::uint64_t first_id = 1) {
  EnvelopeReader reader;
  CLEW_TRY(envelopes, reader.read(text));
  return match_answers(std::move(envelopes), first_id, calls);
}

std::string failure(const std::string& text, std::size_t calls = 1) {
  const Padded padded(text);
  const auto answers = matched(padded, calls);
  EXPECT_FALSE(answers) << text;
  if (answers) return "";
  EXPECT_EQ(answers.error().kind, ErrorKind::data);
  return answers.error().message;
}

TEST(JsonRpc, WritesCalls) {
  const std::vector<RpcCall> calls{{"eth_chainId"}, {"say \"\\\n", R"({"a":1})"}};
  EXPECT_EQ(write_request(std::span(calls).first(1), 7),
            R"({"jsonrpc":"2.0","id":7,"method":"eth_chainId","params":[]})");
  EXPECT_EQ(write_request(calls, 7),
            R"([{"jsonrpc":"2.0","id":7,"method":"eth_chainId","params":[]},)"
            R"({"jsonrpc":"2.0","id":8,"method":"say \"\\\u000a","params":{"a":1}}])");
}

TEST(JsonRpc, FindsTheAnswer) {
  const std::string text = R"({"jsonrpc":"2.0","id":1,"result":{"a":["}",{"id":3}]}})";
  const Padded padded("  " + text + "\r\n");
  const auto answers = matched(padded, 1);
  ASSERT_TRUE(answers) << answers.error().message;
  EXPECT_EQ((*answers)[0].text, text);
  EXPECT_TRUE((*answers)[0].has_result);
  EXPECT_FALSE((*answers)[0].null_result);
  EXPECT_FALSE((*answers)[0].error);
}

TEST(JsonRpc, PutsAnswersInOrder) {
  const Padded padded(R"( [{"id":3,"result":"c"} , {"result":"a","id":1},{"id":2,"result":null}])");
  const auto answers = matched(padded, 3);
  ASSERT_TRUE(answers) << answers.error().message;
  EXPECT_EQ((*answers)[0].text, R"({"result":"a","id":1})");
  EXPECT_EQ((*answers)[1].text, R"({"id":2,"result":null})");
  EXPECT_TRUE((*answers)[1].null_result);
  EXPECT_EQ((*answers)[2].text, R"({"id":3,"result":"c"})");
}

TEST(JsonRpc, TellsErrors) {
  const Padded padded(R"([{"id":1,"error":{"code":-32601,"message":"no such\nmethod","data":{}}},)"
                      R"({"id":2,"error":{"code":3,"message":"reverted"},"result":null},)"
                      R"({"id":3,"result":0,"error":null},{"id":4,"error":"a text"}])");
  const auto answers = matched(padded, 4);
  ASSERT_TRUE(answers) << answers.error().message;
  EXPECT_EQ((*answers)[0].error->code, -32601);
  EXPECT_EQ((*answers)[0].error->message, "no such method");
  EXPECT_EQ((*answers)[1].error->message, "reverted");
  EXPECT_FALSE((*answers)[1].has_result);
  EXPECT_FALSE((*answers)[2].error);
  EXPECT_TRUE((*answers)[2].has_result);
  EXPECT_EQ((*answers)[3].error->message, "a text");
}

TEST(JsonRpc, NamesAReasonInAnyCase) {
  for (const char* error : {"\"\"", "{}", R"({"code":1,"message":""})"}) {
    const Padded padded(std::string(R"({"id":1,"error":)") + error + "}");
    const auto answers = matched(padded, 1);
    ASSERT_TRUE(answers) << error;
    EXPECT_EQ((*answers)[0].error->message, "no reason given");
  }
}

TEST(JsonRpc, ShortensLongErrors) {
  const Padded padded(R"({"id":1,"error":{"code":1,"message":")" + std::string(299, 'x') +
                      "\xc3\xa4" + std::string(5000, 'y') + R"("}})");
  const auto answers = matched(padded, 1);
  ASSERT_TRUE(answers);
  EXPECT_EQ((*answers)[0].error->message, std::string(299, 'x') + "...");
}

TEST(JsonRpc, TakesARefusalForTheWholeBatch) {
  const Padded padded(R"({"id":null,"error":{"code":-32600,"message":"batch too large"}})");
  const auto answers = matched(padded, 2);
  ASSERT_TRUE(answers) << answers.error().message;
  ASSERT_EQ(answers->size(), 2u);
  EXPECT_EQ((*answers)[1].error->message, "batch too large");
}

TEST(JsonRpc, FindsNotifications) {
  const Padded padded(R"({"jsonrpc":"2.0","method":"eth_subscription","params":{"result":{}}})");
  EnvelopeReader reader;
  const auto envelopes = reader.read(padded);
  ASSERT_TRUE(envelopes) << envelopes.error().message;
  EXPECT_EQ((*envelopes)[0].method, "eth_subscription");
  EXPECT_FALSE((*envelopes)[0].id);
}

TEST(JsonRpc, NamesWhatIsWrongWithIds) {
  EXPECT_THAT(failure(R"({"id":2,"result":1})"), HasSubstr("to no call, id 2"));
  EXPECT_THAT(failure(R"({"id":0,"result":1})"), HasSubstr("to no call, id 0"));
  EXPECT_THAT(failure(R"({"id":18446744073709551615,"result":1})"), HasSubstr("to no call"));
  EXPECT_THAT(failure(R"({"result":1})"), HasSubstr("without an id"));
  EXPECT_THAT(failure(R"({"id":null,"result":1})"), HasSubstr("without an id"));
  EXPECT_THAT(failure(R"({"id":"1","result":1})"), HasSubstr("id"));
  EXPECT_THAT(failure(R"({"id":1.5,"result":1})"), HasSubstr("id"));
  EXPECT_THAT(failure(R"({"id":-1,"result":1})"), HasSubstr("id"));
  EXPECT_THAT(failure(R"({"id":1,"id":2,"result":1})"), HasSubstr("comes twice"));
  EXPECT_THAT(failure(R"([{"id":1,"result":1},{"id":1,"result":2}])", 2), HasSubstr("two answers"));
  EXPECT_THAT(failure(R"([{"id":1,"result":1}])", 2), HasSubstr("no answer to a call, id 2"));
  EXPECT_THAT(failure("[]", 2), HasSubstr("no answer to a call, id 1"));
  EXPECT_THAT(failure(R"([{"id":1,"result":1},{"id":9,"result":1}])", 2), HasSubstr("id 9"));
}

TEST(JsonRpc, RefusesWhatIsNoAnswer) {
  for (const char* text : {"",
                           " ",
                           "null",
                           "true",
                           "1",
                           "\"text\"",
                           "{}",
                           "[1]",
                           "[[]]",
                           "{\"id\":1}",
                           "<html></html>",
                           R"({"id":1,"result":1}{"id":1,"result":1})",
                           R"({"id":1,"result":1}])",
                           R"([{"id":1,"result":1}]x)",
                           R"({"id":1,"result":1,"result":2})",
                           R"({"id":1,"error":{"code":"x","message":"m"}})",
                           R"({"id":1,"error":7})",
                           R"({"id":1,"error":{"message":5}})",
                           R"({"id":1 "result":1})",
                           R"({"id":1,"method":"a"})",
                           "\xff\xfe"}) {
    failure(text);
  }
}

TEST(JsonRpc, RefusesEveryHalf) {
  const std::string whole =
      R"([{"jsonrpc":"2.0","id":1,"result":{"a":[1,{"b":"c"}],"d":null}},{"id":2,"result":[]}])";
  for (std::size_t size = 0; size < whole.size(); ++size)
    failure(whole.substr(0, size), 2);
  EXPECT_TRUE(matched(Padded(whole), 2));
}

TEST(JsonRpc, ReadsGiantsAndForgetsThem) {
  const Padded padded(R"({"id":1,"result":")" + std::string(20 << 20, 'x') + "\"}");
  EnvelopeReader reader;
  for (int i = 0; i < 2; ++i) {
    const auto envelopes = reader.read(padded);
    ASSERT_TRUE(envelopes);
    EXPECT_EQ((*envelopes)[0].text.size(), std::string_view(padded).size());
  }
}

}  // namespace
}  // namespace clew::ingest
