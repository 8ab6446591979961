#include "serve/json_document.h"

#include <gtest/gtest.h>

namespace clew::serve {
namespace {

std::string fault_of(std::string_view text) {
  const auto read = read_json(text);
  return read ? "taken" : read.error().pointer + ": " + read.error().detail;
}

TEST(JsonDocument, ReadsWhatIsPlain) {
  const auto read = read_json(R"( {"a": [1, -2, 2.5, true, null, "\u00e9"], "b": {}} )");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->dump(), R"({"a":[1,-2,2.5,true,null,"é"],"b":{}})");
  EXPECT_EQ(read_json("18446744073709551615")->get<std::uint64_t>(), 18446744073709551615u);
  EXPECT_EQ(read_json("-9223372036854775808")->get<std::int64_t>(), INT64_MIN);
}

TEST(JsonDocument, RefusesWhatReadersTakeDifferently) {
  EXPECT_EQ(fault_of(R"({"a": {"b": 1, "b": 1}})"), "/a/b: the key comes twice");
  EXPECT_EQ(fault_of(R"([0, 18446744073709551616])"), "/1: the number does not fit");
  EXPECT_EQ(fault_of(R"([-9223372036854775809])"), "/0: the number does not fit");
  EXPECT_EQ(fault_of(R"({"x/y~": 1e400})"), "/x~1y~0: the number does not fit");
}

TEST(JsonDocument, RefusesWhatIsNone) {
  for (const char* text : {"", " ", "{", "[1,]", "{'a':1}", "NaN", "Infinity", "[NaN]", "01", "nul",
                           "1 2", "\"\xff\"", "\"\x01\"", "\xef\xbb\xbf{", "// a\n1"})
    EXPECT_EQ(fault_of(text).substr(0, 10), ": not JSON") << text;
}

TEST(JsonDocument, NamesTheMemberThatIsNone) {
  EXPECT_EQ(fault_of(R"({"a": 1, "b": NaN})"), "/b: not JSON, at byte 15");
  EXPECT_EQ(fault_of(R"({"a": {"b": 1, "c": nul}})"), "/a/c: not JSON, at byte 24");
  EXPECT_EQ(fault_of(R"({"a": [1, x]})"), "/a: not JSON, at byte 11");
  // Between two members, and behind the last, it is the whole that is wrong.
  EXPECT_EQ(fault_of(R"({"a": {"b": 1}, x})"), ": not JSON, at byte 17");
  EXPECT_EQ(fault_of(R"({"a": {"b": 1,}})"), "/a: not JSON, at byte 15");
  EXPECT_EQ(fault_of(R"({"a": 1} x)"), ": not JSON, at byte 10");
}

TEST(JsonDocument, BoundsNesting) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(fault_of(nested(kDepthMax)), "taken");
  EXPECT_EQ(fault_of(nested(kDepthMax + 1)), ": nested deeper than 32 levels");
  EXPECT_EQ(fault_of(std::string(100'000, '[')), ": nested deeper than 32 levels");
}

TEST(JsonDocument, SaysNothingOfWhatItRead) {
  const auto fault = fault_of("[\"secret\", sekret");
  EXPECT_EQ(fault.find("ekret"), std::string::npos) << fault;
}

}  // namespace
}  // namespace clew::serve
