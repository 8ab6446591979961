#include "graph/account/fiat.h"

#include <gtest/gtest.h>

namespace clew::account {
namespace {

constexpr std::uint64_t kDay = 86'400, kMay31 = 1'717'113'600;
const std::string kUsdt = "0xdac17f958d2ee523a2206206994597c13d831ec7";

Prices prices_of(const std::string& text) {
  auto prices = Prices::parse_csv(text);
  EXPECT_TRUE(prices) << prices.error().message;
  return std::move(*prices);
}
U256 ether(std::uint64_t finneys) {
  return *checked_mul(U256(finneys), 1'000'000'000'000'000);
}

TEST(PricesTest, AmountsAreWorthTheLatestPrice) {
  const auto prices = prices_of("time,asset,price,currency\n2024-05-31,ETH,3000.50,EUR\n" +
                                std::to_string(kMay31 + 60) + ",eth,3001,EUR\r\n");
  EXPECT_EQ(prices.currency(), "EUR");
  EXPECT_EQ(prices.size(), 2u);
  EXPECT_FALSE(prices.worth("ETH", ether(1000), 18, kMay31 - 1));
  EXPECT_EQ(prices.worth("ETH", ether(1000), 18, kMay31), U256(300'050));
  EXPECT_EQ(prices.worth("ETH", ether(2500), 18, kMay31 + 59), U256(750'125));
  EXPECT_EQ(prices.worth("eth", ether(1000), 18, kMay31 + 60), U256(300'100));
  EXPECT_EQ(prices.worth("ETH", ether(1000), 18, kMay31 + 60 + Prices::kAgeMax), U256(300'100));
  EXPECT_FALSE(prices.worth("ETH", ether(1000), 18, kMay31 + 61 + Prices::kAgeMax));
  EXPECT_FALSE(prices.worth(kUsdt, U256(1), 6, kMay31));
}

TEST(PricesTest, TokensCanHaveTheirDecimalsInTheTable) {
  const auto prices = prices_of("asset,price,decimals,note,time\n" + kUsdt +
                                ",0.999,6,Tether,2024-05-31T12:00:00Z\nETH,3000,,,2024-05-31\n");
  EXPECT_EQ(prices.decimals(kUsdt), 6u);
  EXPECT_FALSE(prices.decimals("ETH"));
  EXPECT_EQ(prices.currency(), "");
  EXPECT_FALSE(prices.worth(kUsdt, U256(5'000'000), 6, kMay31));
  EXPECT_EQ(prices.worth(kUsdt, U256(5'000'000), 6, kMay31 + kDay / 2), U256(500));
  EXPECT_EQ(prices.worth(kUsdt, U256(4'994'000), 6, kMay31 + kDay / 2), U256(499));
}

TEST(PricesTest, HalvesAreRoundedUpAndAmountsKnowNoLimitButTheirs) {
  const auto prices = prices_of("time,asset,price\n0,X,0.01\n0,Y,1" + std::string(40, '0') + "\n");
  EXPECT_EQ(prices.worth("X", U256(49), 2, 0), U256(0));
  EXPECT_EQ(prices.worth("X", U256(50), 2, 0), U256(1));
  EXPECT_EQ(prices.worth("X", U256(150), 2, 0), U256(2));
  EXPECT_TRUE(prices.worth("X", U256::max(), 18, 0));
  EXPECT_FALSE(prices.worth("Y", U256::max(), 0, 0));
}

TEST(PricesTest, SaysWhatIsWrongWithATable) {
  const auto message = [](const std::string& text) {
    const auto prices = Prices::parse_csv(text);
    return prices ? std::string() : prices.error().message;
  };
  const std::string head = "time,asset,price\n";
  EXPECT_NE(message("date,asset,price\n").find("line 1: no heading"), std::string::npos);
  EXPECT_NE(message("time,time,asset,price\n").find("line 1"), std::string::npos);
  for (const std::string row :
       {"2024-02-30,ETH,1", "yesterday,ETH,1", "2024-05-31T25:00:00Z,ETH,1", "-1,ETH,1", "1,,1",
        "1,ETH,", "1,ETH,.5", "1,ETH,5.", "1,ETH,1e3", "1,ETH,-1", "1,ETH", "1,ETH,1,1",
        "1,ETH,0.1234567890123456789", "1,ETH,1\n1,eth,2"})
    EXPECT_NE(message(head + row + "\n").find("line "), std::string::npos) << row;
  EXPECT_EQ(message(head + "1,ETH,1\n\n1,eth,1\n"), "");
  EXPECT_NE(message("time,asset,price,decimals\n1,X,1,37\n"), "");
  EXPECT_NE(message("time,asset,price,decimals\n1,X,1,6\n2,X,1,7\n"), "");
  EXPECT_NE(message("time,asset,price,currency\n1,X,1,EUR\n2,X,1,USD\n"), "");
}

}  // namespace
}  // namespace clew::account
