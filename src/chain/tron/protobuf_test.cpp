#include "chain/tron/protobuf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace clew::tron {
namespace {

using ::testing::HasSubstr;

std::string error_of(const Bytes& message) {
  ProtoReader reader(message);
  for (ProtoField field; reader.next(field);) {
  }
  const auto done = reader.finish();
  return done ? "" : done.error().message;
}

TEST(TronProtobuf, FieldsOfAllForms) {
  const Bytes message = {0x08, 0x96, 0x01,                       // 1: 150
                         0x12, 0x02, 'h',  'i',                  // 2: "hi"
                         0x1d, 1,    2,    0,   0,               // 3: fixed32
                         0x21, 1,    0,    0,   0, 0, 0, 0, 1};  // 4: fixed64
  ProtoReader reader(message);
  ProtoField field;
  ASSERT_TRUE(reader.next(field));
  EXPECT_EQ(field.number, 1u);
  EXPECT_EQ(reader.number(field), 150u);
  ASSERT_TRUE(reader.next(field));
  EXPECT_EQ(reader.bytes(field).size(), 2u);
  ASSERT_TRUE(reader.next(field));
  EXPECT_EQ(field.value, 513u);
  ASSERT_TRUE(reader.next(field));
  EXPECT_EQ(field.value, (std::uint64_t{1} << 56) + 1);
  EXPECT_FALSE(reader.next(field));
  EXPECT_TRUE(reader.finish());
}

TEST(TronProtobuf, NegativeNumbersHaveTenBytes) {
  const Bytes message = {0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01};
  ProtoReader reader(message);
  ProtoField field;
  ASSERT_TRUE(reader.next(field));
  EXPECT_EQ(reader.signed_number(field), -1);
}

TEST(TronProtobuf, WhatIsMalformedIsNamedWithItsOffset) {
  EXPECT_EQ(error_of({}), "");
  EXPECT_EQ(error_of({0x08}), "offset 1: a number is cut off");
  EXPECT_EQ(error_of({0x08, 0x80}), "offset 2: a number is cut off");
  EXPECT_THAT(error_of(Bytes(12, 0x80)), HasSubstr("more than 64 bits"));
  EXPECT_THAT(error_of({0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02}),
              HasSubstr("more than 64 bits"));
  EXPECT_EQ(error_of({0x12, 5, 1}), "offset 2: field 2: 5 bytes announced, 1 left");
  EXPECT_THAT(error_of({0x0b}), HasSubstr("no known form"));
  EXPECT_THAT(error_of({0x00, 1}), HasSubstr("no field has this number"));
  EXPECT_THAT(error_of({0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}),
              HasSubstr("announced"));
}

TEST(TronProtobuf, AFieldOfAnotherFormIsRefused) {
  const Bytes message = {0x08, 1, 0x12, 1, 'a'};
  ProtoReader reader(message);
  ProtoField field;
  ASSERT_TRUE(reader.next(field));
  EXPECT_TRUE(reader.bytes(field).empty());
  ASSERT_FALSE(reader.finish());
  EXPECT_THAT(reader.finish().error().message, HasSubstr("field 1 is not of bytes"));
}

TEST(TronProtobuf, WhatIsWrittenIsReadAndZeroIsNotWritten) {
  Bytes message;
  ProtoWriter writer(message);
  writer.number(1, 0);
  writer.bytes(2, {});
  EXPECT_TRUE(message.empty());
  writer.element(5, {});
  writer.number(300, ~std::uint64_t{0});
  ProtoReader reader(message);
  ProtoField field;
  ASSERT_TRUE(reader.next(field));
  EXPECT_EQ(field.number, 5u);
  ASSERT_TRUE(reader.next(field));
  EXPECT_EQ(field.number, 300u);
  EXPECT_EQ(reader.number(field), ~std::uint64_t{0});
  EXPECT_FALSE(reader.next(field));
  EXPECT_TRUE(reader.finish());
}

}  // namespace
}  // namespace clew::tron
