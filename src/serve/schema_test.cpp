#include "serve/schema.h"

#include <gtest/gtest.h>

namespace clew::serve {
namespace {

std::string faults_of(const char* schema, const char* value) {
  std::string text;
  for (const auto& fault : check_schema(Json::parse(schema), nlohmann::json::parse(value)))
    text += fault.pointer + " " + fault.detail + "; ";
  return text;
}

TEST(Schema, ChecksTypes) {
  EXPECT_EQ(faults_of(R"({"type":"integer"})", "13000"), "");
  EXPECT_EQ(faults_of(R"({"type":"integer"})", "13000.0"), "");
  EXPECT_EQ(faults_of(R"({"type":"integer"})", "1.5"), " must be integer; ");
  EXPECT_EQ(faults_of(R"({"type":"integer"})", "1e300"), " must be integer; ");
  EXPECT_EQ(faults_of(R"({"type":"number"})", "\"1\""), " must be number; ");
  EXPECT_EQ(faults_of(R"({"type":["string","null"]})", "null"), "");
  EXPECT_EQ(faults_of(R"({"type":["string","null"]})", "true"), " must be string or null; ");
  EXPECT_EQ(faults_of(R"({"type":"boolean"})", "0"), " must be boolean; ");
}

TEST(Schema, ChecksObjects) {
  const char* schema = R"({"type":"object","required":["a","b"],"additionalProperties":false,
                           "properties":{"a":{"type":"integer"},"b":{"type":"string"}}})";
  EXPECT_EQ(faults_of(schema, R"({"a":1,"b":""})"), "");
  EXPECT_EQ(faults_of(schema, R"({"a":"1","c":2})"),
            "/b is missing; /a must be integer; /c there is no such key; ");
  EXPECT_EQ(faults_of(schema, "[]"), " must be object; ");
  EXPECT_EQ(faults_of(R"({"additionalProperties":{"type":"integer"}})", R"({"x":"y"})"),
            "/x must be integer; ");
}

TEST(Schema, ChecksBounds) {
  const char* schema = R"({"minimum":-2,"exclusiveMaximum":3})";
  EXPECT_EQ(faults_of(schema, "-2"), "");
  EXPECT_EQ(faults_of(schema, "-2.5"), " must be at least -2; ");
  EXPECT_EQ(faults_of(schema, "3"), " must be less than 3; ");
  EXPECT_EQ(faults_of(R"({"exclusiveMinimum":0})", "0"), " must be more than 0; ");
  EXPECT_EQ(faults_of(R"({"maximum":1})", "2"), " must be at most 1; ");
  EXPECT_EQ(faults_of(R"({"minLength":2,"maxLength":2})", "\"éé\""), "");
  EXPECT_EQ(faults_of(R"({"minLength":2})", "\"é\""), " must have at least 2 characters; ");
  EXPECT_EQ(faults_of(R"({"maxLength":1})", "\"ab\""), " must have at most 1 characters; ");
  EXPECT_EQ(faults_of(R"({"items":{"type":"null"},"maxItems":1})", "[null,1]"),
            " must have at most 1 items; /1 must be null; ");
  EXPECT_EQ(faults_of(R"({"enum":["a","b"]})", "\"c\""), " must be one of [\"a\",\"b\"]; ");
  EXPECT_EQ(faults_of(R"({"const":"a"})", "\"c\""), " must be \"a\"; ");
}

TEST(Schema, TellsTheLargestIntegersApart) {
  const char* signed_ones = R"({"minimum":-9223372036854775808,"maximum":9223372036854775807})";
  EXPECT_EQ(faults_of(signed_ones, "9223372036854775807"), "");
  EXPECT_EQ(faults_of(signed_ones, "-9223372036854775808"), "");
  EXPECT_EQ(faults_of(signed_ones, "9223372036854775808"),
            " must be at most 9223372036854775807; ");
  EXPECT_EQ(faults_of(R"({"exclusiveMaximum":9007199254740993})", "9007199254740992"), "");
  EXPECT_EQ(faults_of(R"({"minimum":0})", "18446744073709551615"), "");
  EXPECT_EQ(faults_of(R"({"minimum":18446744073709551615})", "-1"),
            " must be at least 18446744073709551615; ");
}

TEST(Schema, SaysOnlySoMuch) {
  std::string value = "{";
  for (int i = 0; i < 1000; ++i)
    value += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":1";
  const auto faults =
      check_schema({{"additionalProperties", false}}, nlohmann::json::parse(value + "}"));
  EXPECT_EQ(faults.size(), kFaultsMax);
}

TEST(Schema, NamesWhatItDoesNotUnderstand) {
  EXPECT_EQ(foreign_keyword(Json::parse(R"({"properties":{"pattern":{"type":"string"}}})")), "");
  EXPECT_EQ(foreign_keyword(Json::parse(R"({"properties":{"a":{"pattern":"x"}}})")),
            "/properties/a/pattern");
  EXPECT_EQ(foreign_keyword(Json::parse(R"({"items":{"oneOf":[]}})")), "/items/oneOf");
}

}  // namespace
}  // namespace clew::serve
