#include "base/bytes.h"

#include <gtest/gtest.h>

namespace clew {
namespace {

TEST(Hex, WritesLowerCaseInMemoryOrder) {
  EXPECT_EQ(to_hex(Bytes{0x00, 0x9f, 0xAB, 0xff}), "009fabff");
  EXPECT_EQ(to_hex({}), "");
}

TEST(Hex, ReadsBothCases) {
  EXPECT_EQ(from_hex("009fABff"), (Bytes{0x00, 0x9f, 0xab, 0xff}));
  EXPECT_EQ(from_hex(""), Bytes{});
}

TEST(Hex, RoundTripsEveryByte) {
  Bytes all(256);
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(from_hex(to_hex(all)), all);
}

TEST(Hex, RefusesOddLength) {
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("abc"));
}

TEST(Hex, RefusesEveryOtherCharacterInBothPlaces) {
  const std::string_view digits = "0123456789abcdefABCDEF";
  for (int c = 0; c < 256; ++c) {
    const char character = static_cast<char>(c);
    const bool valid = digits.find(character) != std::string_view::npos;
    EXPECT_EQ(from_hex(std::string{character, '0'}).has_value(), valid) << c;
    EXPECT_EQ(from_hex(std::string{'0', character}).has_value(), valid) << c;
  }
}

// Long texts are read many characters at a time, and their ends together with what is before them.
TEST(Hex, ReadsEveryLengthAndWritesNoFurther) {
  const std::string digits = "0123456789abcdefABCDEF9876543210";
  for (std::size_t size = 0; size <= 200; ++size) {
    std::string text;
    Bytes expected;
    for (std::size_t i = 0; i < size; ++i)
      text += digits[(i * 7 + i / 32) % digits.size()];
    for (std::size_t i = 0; i + 1 < size; i += 2)
      expected.push_back(
          static_cast<std::uint8_t>(hex_digit(text[i]) << 4 | hex_digit(text[i + 1])));
    expected.push_back(0xee);  // not to be touched
    Bytes out(expected.size(), 0xee);
    EXPECT_TRUE(hex_into(text, out.data())) << size;
    EXPECT_EQ(out, expected) << size;
  }
}

TEST(Hex, RefusesEveryOtherCharacterAnywhereInLongTexts) {
  for (const std::size_t size : {16u, 18u, 30u, 32u, 40u, 64u, 78u, 130u}) {
    std::string text(size, '7');
    Bytes out(size / 2);
    for (std::size_t i = 0; i < size; ++i) {
      for (int c = 0; c < 256; ++c) {
        text[i] = static_cast<char>(c);
        ASSERT_EQ(hex_into(text, out.data()), hex_digit(text[i]) != kNotHex) << i << " of " << size;
      }
      text[i] = '7';
    }
  }
}

TEST(DisplayHash, ReversesTheBytes) {
  Hash256 hash{};
  hash[0] = 0x01;
  hash[31] = 0xfe;
  const std::string text = "fe" + std::string(60, '0') + "01";
  EXPECT_EQ(to_display(hash), text);
  EXPECT_EQ(hash_from_display(text), hash);
}

TEST(DisplayHash, RefusesWrongLengthAndDigits) {
  EXPECT_FALSE(hash_from_display(std::string(63, '0')));
  EXPECT_FALSE(hash_from_display(std::string(66, '0')));
  EXPECT_FALSE(hash_from_display(""));
  EXPECT_FALSE(hash_from_display(std::string(63, '0') + "g"));
}

TEST(LittleEndian, StoresAndLoads) {
  Bytes out{0xee};  // so that what follows is unaligned
  append_le(out, std::uint32_t{0x01020304});
  append_le(out, std::int64_t{-2});
  EXPECT_EQ(to_hex(out), "ee04030201feffffffffffffff");
  EXPECT_EQ(load_le<std::uint32_t>(out.data() + 1), 0x01020304u);
  EXPECT_EQ(load_le<std::int64_t>(out.data() + 5), -2);
}

}  // namespace
}  // namespace clew
