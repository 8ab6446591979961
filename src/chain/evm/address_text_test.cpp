#include "chain/evm/address_text.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace clew::evm {
namespace {

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

// The addresses that EIP-55 gives as test cases.
constexpr std::array kCases = {
    "0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"};

TEST(AddressText, WritesTheChecksumOfEip55) {
  for (const std::string text : kCases) {
    chain::Account account;
    ASSERT_TRUE(hex_into(text.substr(2), account.data()));
    EXPECT_EQ(checksummed(account), text);
    EXPECT_TRUE(checksum_holds(text.substr(2)));
    EXPECT_TRUE(checksum_holds(lower(text).substr(2)));
  }
}

TEST(AddressText, SeesEveryLetterOfTheWrongCase) {
  const std::string text = "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto wrong = text;
    if (text[i] >= 'A') wrong[i] = static_cast<char>(wrong[i] ^ 0x20);
    EXPECT_EQ(checksum_holds(wrong), text[i] < 'A') << wrong;
  }
}

TEST(AddressText, SeesMostDigitsThatWereMistyped) {
  const std::string text = "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
  int seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto wrong = text;
    wrong[i] = wrong[i] == '7' ? '8' : '7';
    seen += checksum_holds(wrong) ? 0 : 1;
  }
  EXPECT_GE(seen, 39);
}

TEST(AddressText, OneCaseSaysNothing) {
  EXPECT_TRUE(checksum_holds("5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"));
  EXPECT_TRUE(checksum_holds("5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED"));
  EXPECT_TRUE(checksum_holds("0000000000000000000000000000000000000000"));
  EXPECT_FALSE(checksum_holds("aB"));
}

}  // namespace
}  // namespace clew::evm
