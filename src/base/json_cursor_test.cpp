#include "base/json_cursor.h"

#include <gmock/gmock.h>
#include <simdjson.h>

namespace clew {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// The string that `text` is, if it is one and nothing else.
std::optional<std::string> string_of(std::string_view text) {
  JsonCursor json(text);
  std::string_view value;
  if (!json.take_string(value) || !json.at_end()) return std::nullopt;
  return std::string(value);
}

bool skips(std::string_view text) {
  JsonCursor json(text);
  return json.skip_value() && json.at_end();
}

TEST(JsonCursor, WalksThroughObjectsAndArrays) {
  JsonCursor json(" { \"a\" : [ 1 , \"x\" ,null ] ,\"b\":{\"c\":\"y\"}, \"d\" : \"z\" } ");
  std::vector<std::string> seen;
  const auto note = [&]() -> Result<void> {
    std::string_view text;
    if (json.take_string(text)) seen.emplace_back(text);
    if (json.take_null()) seen.emplace_back("nothing");
    return {};  // a number stays where it is, so it is skipped
  };
  const auto done = for_each_field(json, "top", [&](std::string_view key) -> Result<void> {
    seen.emplace_back(key);
    if (key == "a") return for_each_element(json, key, "element", note);
    if (key == "b") return for_each_field(json, key, [&](std::string_view) { return note(); });
    return note();
  });
  EXPECT_TRUE(done) << done.error().message;
  EXPECT_TRUE(json.at_end());
  EXPECT_THAT(seen, ElementsAre("a", "x", "nothing", "b", "y", "d", "z"));
}

TEST(JsonCursor, TakesEmptyObjectsAndArrays) {
  JsonCursor json("[{ },[ ],{},[]]");
  const auto fail_any = []() -> Result<void> { return fail(ErrorKind::data, "not empty"); };
  const auto done = for_each_element(json, "top", "element", [&]() -> Result<void> {
    if (json.peek() == '[') return for_each_element(json, "inner", "element", fail_any);
    return for_each_field(json, "inner", [&](std::string_view) { return fail_any(); });
  });
  EXPECT_TRUE(done) << done.error().message;
  EXPECT_TRUE(json.at_end());
}

TEST(JsonCursor, LeavesStringsWhereTheyLie) {
  for (std::size_t size = 0; size < 70; ++size) {
    const std::string text = "\"" + std::string(size, 'x') + "\"";
    JsonCursor json(text);
    std::string_view value;
    ASSERT_TRUE(json.take_string(value)) << size;
    EXPECT_EQ(value.data(), text.data() + 1);
    EXPECT_EQ(value.size(), size);
    EXPECT_TRUE(json.at_end());
  }
}

TEST(JsonCursor, UndoesEscapes) {
  EXPECT_EQ(string_of(R"("a\"\\\/\b\f\n\r\tz")"), "a\"\\/\b\f\n\r\tz");
  EXPECT_EQ(string_of(R"("\u0030x\u00e9\u20AC\ud83d\ude00")"), "0x\u00e9\u20ac\U0001f600");
  EXPECT_EQ(string_of("\"" + std::string(100, 'x') + R"(\u0041")"), std::string(100, 'x') + "A");
  JsonCursor json(R"({"\u0061":"\u0062"})");
  const auto done = for_each_field(json, "top", [&](std::string_view key) -> Result<void> {
    std::string_view value;
    EXPECT_TRUE(json.take_string(value));
    EXPECT_EQ(key, "a");  // still there when more was read
    EXPECT_EQ(value, "b");
    return {};
  });
  EXPECT_TRUE(done);
}

TEST(JsonCursor, RefusesMalformedStrings) {
  for (const char* text : {"", "x", "7", "null", "\"", "\"abc", R"("\)", R"("\")", R"("\x")",
                           R"("\u12")", R"("\u12g4")", R"("\ud83d")", R"("\ud83dx")",
                           R"("\ud83d\u0041")", R"("\ude00")", "\"a\nb\"", "\"a\\n\nb\""}) {
    EXPECT_EQ(string_of(text), std::nullopt) << text;
  }
  // Cut off anywhere, with whatever lies behind the text.
  const std::string whole = "\"" + std::string(40, 'x') + R"(\u0041\n")" + "\"\"";
  for (std::size_t size = 0; size + 2 < whole.size(); ++size)
    EXPECT_EQ(string_of(std::string_view(whole).substr(0, size)), std::nullopt) << size;
}

TEST(JsonCursor, TakesAnExpectedKeyOnlyAsItIsWritten) {
  for (std::size_t size = 0; size <= 30; ++size) {
    const std::string name = std::string("abcdefghijklmnopqrstuvwxyz0123").substr(0, size);
    const std::string text = "\"" + name + "\":7" + std::string(40, ' ');
    JsonKey key;
    key.set(name);
    JsonCursor json(text);
    ASSERT_EQ(json.take_key(key), size <= JsonKey::kSizeMax) << size;
    if (size > JsonKey::kSizeMax) continue;
    EXPECT_EQ(key.key(), name);
    EXPECT_EQ(json.peek(), '7');
    for (std::size_t i = 0; i < size + 3; ++i) {
      std::string changed = text;
      changed[i] ^= 1;
      JsonCursor other(changed);
      EXPECT_FALSE(other.take_key(key)) << changed;
      EXPECT_EQ(other.offset(), 0u);
    }
    // Less than a key's memory before the end of the text: only the slow way may take it.
    JsonCursor cut(std::string_view(text).substr(0, size + 3));
    if (!cut.take_key(key)) {
      std::string_view read;
      EXPECT_TRUE(cut.take_key(read));
      EXPECT_EQ(read, name);
    }
    EXPECT_TRUE(cut.at_end());
  }
  JsonKey none, escaped;
  escaped.set("a\"b");
  const std::string text(64, '\0');
  JsonCursor json(text);
  EXPECT_FALSE(json.take_key(none));
  EXPECT_FALSE(json.take_key(escaped));
}

TEST(JsonCursor, SkipsAnyValue) {
  for (const char* text : {"1", "-1.5e+7", "true", "null", R"("a\"b\\")", "[]", "{}",
                           " [1,[2,{}]] ", R"({"a":{"b":["]","}","\"]"]},"c":null})"}) {
    EXPECT_TRUE(skips(text)) << text;
  }
  for (const char* text : {"", " ", "]", ",", ":", "[", "{", "[1", R"({"a":1)", R"(["a)", "[\x01]",
                           "[\"\x01\"]", R"(["\)", "@"}) {
    EXPECT_FALSE(skips(text)) << text;
  }
}

TEST(JsonCursor, SkipsDepthWithoutRecursion) {
  constexpr std::size_t kDepth = 1 << 20;
  EXPECT_TRUE(skips(std::string(kDepth, '[') + std::string(kDepth, ']')));
  EXPECT_FALSE(skips(std::string(kDepth, '[')));
}

// What walking to the end of every value says of a text.
Result<void> walk(JsonCursor& json) {
  std::string_view text;
  if (json.peek() == '{') {
    return for_each_field(json, "object", [&](std::string_view) { return walk(json); });
  }
  if (json.peek() == '[')
    return for_each_element(json, "array", "item", [&] { return walk(json); });
  if (json.peek() == '"' ? json.take_string(text) : json.skip_value()) return {};
  return json.fail_here("value");
}

TEST(JsonCursor, RefusesWhatTheLibraryRefuses) {
  simdjson::dom::parser parser;
  const std::string whole = R"({"a":["\u0041",{"b":"c"},[],{}],"d":{"e":"f"},"g":["h","i"]})";
  std::size_t refused = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (const char change : {'"', '{', '}', '[', ']', ',', ':', '\\', ' ', '\n', 'u', '\0'}) {
      std::string text = whole;
      text[i] = change;
      JsonCursor json(text);
      const bool accepted = walk(json) && json.at_end();
      const bool valid = parser.parse(text).error() == simdjson::SUCCESS;
      EXPECT_EQ(accepted, valid) << text;
      refused += valid ? 0 : 1;
    }
    JsonCursor cut(std::string_view(whole).substr(0, i));
    EXPECT_FALSE(walk(cut) && cut.at_end()) << i;
  }
  EXPECT_GT(refused, 100u);
}

TEST(JsonCursor, NamesWhatItCannotRead) {
  JsonCursor number("7");
  EXPECT_EQ(for_each_field(number, "top", [](std::string_view) { return Result<void>(); })
                .error()
                .message,
            "\"top\" is not an object");
  JsonCursor cut(R"({"a":1)");
  EXPECT_EQ(
      for_each_field(cut, "top", [](std::string_view) { return Result<void>(); }).error().message,
      "\"top\": not JSON at offset 6");
  JsonCursor list("[1,x,]");
  const auto failed = for_each_element(list, "list", "item", [&]() -> Result<void> {
    if (list.peek() == 'x') return fail(ErrorKind::data, "unknown");
    return {};
  });
  EXPECT_EQ(failed.error().message, "item 1: unknown");
}

}  // namespace
}  // namespace clew
