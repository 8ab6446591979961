#include "ingest/transfers/list_values.h"

#include <gtest/gtest.h>

namespace clew::ingest {
namespace {

std::string amount(std::string_view text, std::optional<unsigned> decimals = {}) {
  const auto read = parse_amount(text, decimals);
  return read ? read->to_decimal() : "none";
}

TEST(ListAmount, IsAWholeNumberOfBaseUnits) {
  EXPECT_EQ(amount("0"), "0");
  EXPECT_EQ(amount("007"), "7");
  EXPECT_EQ(amount("0x0"), "0");
  EXPECT_EQ(amount("0x00ff"), "255");
  EXPECT_EQ(amount("1.0"), "1");
  EXPECT_EQ(amount("1e3"), "1000");
  EXPECT_EQ(amount("12.50e1"), "125");
  EXPECT_EQ(amount(U256::max().to_decimal()), U256::max().to_decimal());
}

TEST(ListAmount, IsNeverRoundedNorCutOff) {
  for (const char* text : {"", "-1", "1.5", "1e-1", "0x", "0xg", "1 2", ".", "e5", "1e", "1e999",
                           "nan", "1.2.3", "1,5"})
    EXPECT_EQ(amount(text), "none") << text;
  EXPECT_EQ(amount(U256::max().to_decimal() + "0"), "none");
  EXPECT_EQ(amount("0x1" + std::string(64, '0')), "none");
}

TEST(ListAmount, OfMoreThan256BitsIsToldFromOneThatIsNone) {
  const auto power = "0x1" + std::string(64, '0');  // 2^256
  for (const auto& text : {power, U256::max().to_decimal() + "0", std::string("1e78")})
    EXPECT_TRUE(amount_is_too_large(text, {})) << text;
  EXPECT_TRUE(amount_is_too_large("1000", 77));
  for (const auto& text :
       {U256::max().to_decimal(), "0x" + std::string(64, 'f'), std::string("0x"),
        std::string("0xg"), std::string("1.5"), std::string("-1"), std::string(), std::string("x")})
    EXPECT_FALSE(amount_is_too_large(text, {})) << text;
}

TEST(ListAmount, OfCoinsHasAllItsDigits) {
  EXPECT_EQ(amount("1", 18), "1000000000000000000");
  EXPECT_EQ(amount("0.000000000000000001", 18), "1");
  EXPECT_EQ(amount("34755.1308111996", 10), "347551308111996");
  EXPECT_EQ(amount("2.50", 1), "25");
  EXPECT_EQ(amount("1e-05", 6), "10");
  EXPECT_EQ(amount("0.0000000000000000001", 18), "none");
}

TEST(ListMoment, IsSecondsOrSmallerUnits) {
  EXPECT_EQ(parse_moment("0"), 0u);
  EXPECT_EQ(parse_moment("1495753875"), 1495753875u);
  EXPECT_EQ(parse_moment("1495753875.0"), 1495753875u);
  EXPECT_EQ(parse_moment("1495753875123"), 1495753875u);
  EXPECT_EQ(parse_moment("1495753875123456"), 1495753875u);
  EXPECT_EQ(parse_moment("1495753875123456789"), 1495753875u);
  EXPECT_EQ(parse_moment("0x59276993"), 0x59276993u);
}

TEST(ListMoment, IsATimeOfTheCalendar) {
  constexpr std::uint64_t kMoment = 1724335559;  // 2024-08-22 14:05:59 UTC
  for (const char* text :
       {"2024-08-22 14:05:59", "2024-08-22T14:05:59Z", "2024-08-22 14:05:59.123 UTC",
        "2024-08-22T16:05:59+02:00", "2024-08-22T12:05:59.9-0200", "2024-08-22 14:05:59+00"})
    EXPECT_EQ(parse_moment(text), kMoment) << text;
  EXPECT_EQ(parse_moment("2024-08-22"), kMoment - 14 * 3600 - 5 * 60 - 59);
  for (const char* text : {"", "yesterday", "2024-02-30", "2024-13-01", "2024-08-22 25:00:00",
                           "2024-08-22 14:05:59 CET", "1960-01-01", "2024-08-22 14:05:59+2"})
    EXPECT_EQ(parse_moment(text), std::nullopt) << text;
}

TEST(ListAccount, IsFortyDigits) {
  const std::string digits(40, 'a');
  EXPECT_TRUE(parse_list_account("0x" + digits));
  EXPECT_TRUE(parse_list_account(digits));
  EXPECT_FALSE(parse_list_account("0x" + digits + "a"));
  EXPECT_FALSE(parse_list_account("0x" + digits.substr(1) + "g"));
  EXPECT_FALSE(parse_list_account(""));
}

TEST(TraceAddress, IsWrittenInManyWays) {
  using Path = std::vector<std::uint32_t>;
  EXPECT_EQ(parse_trace_address(""), Path());
  EXPECT_EQ(parse_trace_address("[]"), Path());
  for (const char* text : {"0,12,3", "0_12_3", "[0, 12, 3]", "[0,12,3]"})
    EXPECT_EQ(parse_trace_address(text), (Path{0, 12, 3})) << text;
  for (const char* text : {"a", "0,", "0,,1", "-1", "99999999999"})
    EXPECT_EQ(parse_trace_address(text), std::nullopt) << text;
}

TEST(MadeUpContract, IsTheSameForTheSameName) {
  EXPECT_EQ(made_up_contract("USD"), made_up_contract("USD"));
  EXPECT_NE(made_up_contract("USD"), made_up_contract("EUR"));
}

}  // namespace
}  // namespace clew::ingest
