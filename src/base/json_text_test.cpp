#include "base/json_text.h"

#include <gtest/gtest.h>

namespace clew {
namespace {

TEST(JsonText, SeparatesWhatItWrites) {
  std::string out;
  JsonText json(out);
  json.open_object();
  json.key("a");
  json.number(1);
  json.key("b");
  json.open_array();
  json.open_array();
  json.close_array();
  json.string("x");
  json.open_object();
  json.close_object();
  json.null();
  json.close_array();
  json.key("c");
  json.boolean(true);
  json.key("d");
  json.raw("[1]");
  json.close_object();
  EXPECT_EQ(out, R"({"a":1,"b":[[],"x",{},null],"c":true,"d":[1]})");
}

TEST(JsonText, EscapesWhatJsonCannotHold) {
  std::string out;
  JsonText json(out);
  json.string(std::string_view("q\"b\\n\n\0\x7f\xff\xc3\xa9", 11));
  EXPECT_EQ(out, "\"q\\\"b\\\\n\\u000a\\u0000\x7f\xef\xbf\xbd\xc3\xa9\"");
}

}  // namespace
}  // namespace clew
