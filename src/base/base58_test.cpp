#include "base/base58.h"

#include <gtest/gtest.h>

namespace clew {
namespace {

TEST(Base58Check, KnownTexts) {
  EXPECT_EQ(base58check_encode(*from_hex("0062e907b15cbf27d5425399ebf6f0fb50ebb88f18")),
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa");
  EXPECT_EQ(base58check_encode({}), "3QJmnh");
  EXPECT_EQ(base58check_decode("3QJmnh").value(), Bytes{});
  // A private key: no address, but well-formed.
  EXPECT_EQ(
      to_hex(base58check_decode("5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ").value()),
      "800c28fca386c7a227600b2fe50b7cae11ec86d3bf1fbe471be89827e19d72aa1d");
}

TEST(Base58Check, AllLengthsAndLeadingZerosRoundTrip) {
  for (std::size_t zeros = 0; zeros < 12; ++zeros) {
    for (std::size_t size = 0; size < 90; ++size) {
      Bytes payload(zeros, 0);
      for (std::size_t i = 0; i < size; ++i)
        payload.push_back(static_cast<std::uint8_t>(255 - 37 * i - zeros));
      const auto text = base58check_encode(payload);
      EXPECT_EQ(base58check_decode(text).value(), payload) << text;
    }
  }
}

TEST(Base58Check, ForeignCharactersAndWrongSumsAreRefused) {
  const std::string good = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int c = 0; c < 256; ++c) {
      auto bad = good;
      bad[at] = static_cast<char>(c);
      EXPECT_EQ(base58check_decode(bad).has_value(), bad == good) << bad;
    }
  }
  EXPECT_FALSE(base58check_decode(""));
  EXPECT_FALSE(base58check_decode("1"));
  EXPECT_FALSE(base58check_decode(" " + good));
  EXPECT_FALSE(base58check_decode(good + " "));
  EXPECT_FALSE(base58check_decode("1" + good));
  EXPECT_FALSE(base58check_decode(std::string(1'000'000, 'z')));
}

}  // namespace
}  // namespace clew
