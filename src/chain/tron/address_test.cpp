#include "chain/tron/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/data.h"

namespace clew::tron {
namespace {

constexpr std::string_view kUsdt = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";

TEST(TronAddress, AllFormsAreOneAccount) {
  const auto account = parse_address(kUsdt);
  ASSERT_TRUE(account);
  EXPECT_EQ(to_hex(*account), "a614f803b6fd780986a42c78ec9c7f77e6ded13c");
  EXPECT_EQ(to_text(*account), kUsdt);
  for (const auto* text :
       {"41a614f803b6fd780986a42c78ec9c7f77e6ded13c", "41A614F803B6FD780986A42C78EC9C7F77E6DED13C",
        "0x41a614f803b6fd780986a42c78ec9c7f77e6ded13c",
        "0xa614f803b6fd780986a42c78ec9c7f77e6ded13c"})
    EXPECT_EQ(parse_address(text), account) << text;
}

TEST(TronAddress, AnythingElseIsRefused) {
  for (std::size_t at = 0; at < kUsdt.size(); ++at) {
    std::string wrong(kUsdt);
    wrong[at] = wrong[at] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(parse_address(wrong)) << wrong;
  }
  for (const auto* text :
       {"", "T", "0x", "41", "a614f803b6fd780986a42c78ec9c7f77e6ded13c",
        "42a614f803b6fd780986a42c78ec9c7f77e6ded13c",
        "0x42a614f803b6fd780986a42c78ec9c7f77e6ded13c",
        "41a614f803b6fd780986a42c78ec9c7f77e6ded13g", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"})
    EXPECT_FALSE(parse_address(text)) << text;
  EXPECT_FALSE(account_of(Bytes(20, 0x41)));
  EXPECT_FALSE(account_of(Bytes(22, 0x41)));
}

TEST(TronAddress, RealAddresses) {
  CLEW_NEED_DATA();
  std::ifstream in(test::data_dir() + "/tron/address_vectors.csv");
  std::string line;
  std::getline(in, line);
  std::size_t count = 0;
  for (; std::getline(in, line); ++count) {
    std::istringstream row(line);
    std::string base58, hex, evm;
    std::getline(row, base58, ',');
    std::getline(row, hex, ',');
    std::getline(row, evm, ',');
    const auto account = parse_address(base58);
    ASSERT_TRUE(account) << line;
    EXPECT_EQ(to_text(*account), base58);
    EXPECT_EQ("41" + to_hex(*account), hex);
    EXPECT_EQ(parse_address(hex), account);
    EXPECT_EQ(parse_address(evm), account);
  }
  EXPECT_EQ(count, 474u);
}

}  // namespace
}  // namespace clew::tron
