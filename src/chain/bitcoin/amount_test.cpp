#include "chain/bitcoin/amount.h"

#include <gtest/gtest.h>

#include <string>

namespace clew::bitcoin {
namespace {

TEST(Coins, AreReadExactly) {
  EXPECT_EQ(parse_coins("0"), 0);
  EXPECT_EQ(parse_coins("50"), 50'0000'0000);
  EXPECT_EQ(parse_coins("50.0"), 50'0000'0000);
  EXPECT_EQ(parse_coins("25.0000416"), 25'0000'4160);
  EXPECT_EQ(parse_coins("25.00004160"), 25'0000'4160);
  EXPECT_EQ(parse_coins("0.00000001"), 1);
  EXPECT_EQ(parse_coins("-0.1"), -1000'0000);
  EXPECT_EQ(parse_coins("-0"), 0);
  // The nearest double of this number of satoshi, as coins, is another number.
  EXPECT_EQ(parse_coins("83999999.99999999"), 8'399'999'999'999'999);
  EXPECT_EQ(parse_coins("20999999.97690000"), 2'099'999'997'690'000);
}

TEST(Coins, MayHaveAnExponent) {
  EXPECT_EQ(parse_coins("1e-8"), 1);
  EXPECT_EQ(parse_coins("1e-08"), 1);
  EXPECT_EQ(parse_coins("1E+2"), 100'0000'0000);
  EXPECT_EQ(parse_coins("5.46e-06"), 546);
  EXPECT_EQ(parse_coins("2.1e7"), 21'000'000'0000'0000);
  EXPECT_EQ(parse_coins("0e999"), 0);
  EXPECT_EQ(parse_coins("100e-10"), 1);
}

TEST(Coins, FinerThanASatoshiAreRefused) {
  EXPECT_EQ(parse_coins("0.000000001"), std::nullopt);
  EXPECT_EQ(parse_coins("1e-9"), std::nullopt);
  EXPECT_EQ(parse_coins("1.234567891"), std::nullopt);
  EXPECT_EQ(parse_coins("1.1000000000"), 1'1000'0000) << "zeros add no precision";
}

TEST(Coins, TooManyAreRefused) {
  EXPECT_EQ(parse_coins("9999999999.99999999"), 999'999'999'999'999'999);
  EXPECT_EQ(parse_coins("10000000000"), std::nullopt);
  EXPECT_EQ(parse_coins("1e100"), std::nullopt);
  EXPECT_EQ(parse_coins("1e1001"), std::nullopt);
  EXPECT_EQ(parse_coins("1e99999999999999999999"), std::nullopt);
  EXPECT_EQ(parse_coins("1e-99999999999999999999"), std::nullopt);
  EXPECT_EQ(parse_coins(std::string(1000, '9')), std::nullopt);
}

TEST(Coins, OtherTextIsRefused) {
  for (const char* text :
       {"",   "-",  "+1",  ".5",  "1.",  "01",    "1e",    "1e+", "1e-", "0x10",
        "1 ", " 1", "1,5", "nan", "inf", "1.2.3", "1e1.5", "--1", "1-",  "-.1"}) {
    EXPECT_EQ(parse_coins(text), std::nullopt) << '"' << text << '"';
  }
}

}  // namespace
}  // namespace clew::bitcoin
