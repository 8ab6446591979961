#include "chain/bitcoin/bech32.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "chain/bitcoin/script_test_data.h"

namespace clew::bitcoin {
namespace {

using test::hex;

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

// Test vectors of BIP 173 and BIP 350.
const std::vector<std::string> kValidBech32{
    "A12UEL5L",
    "a12uel5l",
    "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
    "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
    "11qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqc8247j",
    "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
    "?1ezyfcl",
};
const std::vector<std::string> kValidBech32m{
    "A1LQFN3A",
    "a1lqfn3a",
    "an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11sg7hg6",
    "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx",
    "11llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllludsr8",
    "split1checkupstagehandshakeupstreamerranterredcaperredlc445v",
    "?1v759aa",
};
const std::vector<std::string> kInvalid{
    "\x20"
    "1nwldj5",
    "\x7f"
    "1axkwrx",
    "\x80"
    "1eym55h",
    "an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1569pvx",
    "pzry9x0s0muk",
    "1pzry9x0s0muk",
    "x1b4n0q5v",
    "li1dgmt3",
    "de1lg7wt\xff",
    "A1G7SGD8",
    "10a06t8",
    "1qzzfhee",
    "\x20"
    "1xj0phk",
    "\x7f"
    "1g6xzxy",
    "\x80"
    "1vctc34",
    "an84characterslonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11d6pts4",
    "qyrz8wqd2c9m",
    "1qyrz8wqd2c9m",
    "y1b0jsk6g",
    "lt1igcx5c0",
    "in1muywd",
    "mm1crxm3i",
    "au1s5cgom",
    "M1VUXWEZ",
    "16plkw9",
    "1p2gdwpf",
};

TEST(Bech32, ValidTextsRoundTrip) {
  for (const auto form : {Bech32Form::bech32, Bech32Form::bech32m}) {
    for (const auto& text : form == Bech32Form::bech32 ? kValidBech32 : kValidBech32m) {
      const auto content = decode_bech32(text);
      ASSERT_TRUE(content) << text;
      EXPECT_EQ(content->form, form) << text;
      EXPECT_EQ(encode_bech32(*content), lower(text));
    }
  }
}

TEST(Bech32, InvalidTextsAreRefused) {
  for (const auto& text : kInvalid)
    EXPECT_FALSE(decode_bech32(text)) << text;
}

TEST(Bech32, EverySubstitutionOfOneCharacterIsCaught) {
  const std::string good = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
  ASSERT_TRUE(decode_bech32(good));
  for (std::size_t at = 3; at < good.size(); ++at) {
    for (const char c : std::string_view("qpzry9x8gf2tvdw0s3jn54khce6mua7l")) {
      auto bad = good;
      bad[at] = c;
      EXPECT_EQ(decode_bech32(bad).has_value(), bad == good) << bad;
    }
  }
}

TEST(Segwit, ValidAddressesOfBip350) {
  const std::vector<std::array<std::string, 3>> rows{
      {"bc", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
       "0014751e76e8199196d454941c45d1b3a323f1433bd6"},
      {"tb", "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
       "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262"},
      {"bc", "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
       "5128751e76e8199196d454941c45d1b3a323f1433bd6751e76e8199196d454941c45d1b3a323f1433bd6"},
      {"bc", "BC1SW50QGDZ25J", "6002751e"},
      {"bc", "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", "5210751e76e8199196d454941c45d1b3a323"},
      {"tb", "tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy",
       "0020000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433"},
      {"tb", "tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c",
       "5120000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433"},
      {"bc", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
       "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"},
  };
  for (const auto& [prefix, text, script_hex] : rows) {
    const auto program = decode_segwit(text, prefix);
    ASSERT_TRUE(program) << text;
    const auto script = hex(script_hex);
    EXPECT_EQ(program->version, script[0] == 0 ? 0 : script[0] - 0x50) << text;
    EXPECT_EQ(program->bytes, Bytes(script.begin() + 2, script.end())) << text;
    EXPECT_EQ(encode_segwit(prefix, program->version, program->bytes), lower(text));
  }
}

TEST(Segwit, InvalidAddressesOfBip350) {
  const std::vector<std::string> rows{
      "tc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut",
      "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
      "tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf",
      "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
      "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
      "tb1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq24jc47",
      "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
      "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",
      "bc1pw5dgrnzv",
      "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav",
      "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
      "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq",
      "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf",
      "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vpggkg4j",
      "bc1gmk9yu",
      "",
  };
  for (const auto& text : rows) {
    EXPECT_FALSE(decode_segwit(text, "bc")) << text;
    EXPECT_FALSE(decode_segwit(text, "tb")) << text;
  }
}

TEST(Segwit, EveryVersionAndLengthFollowsBip141) {
  const Bytes program(41, 0x5a);
  for (std::uint8_t version = 0; version <= 17; ++version) {
    for (std::size_t size = 0; size <= 41; ++size) {
      const auto bytes = ByteView(program).first(size);
      const auto back = decode_segwit(encode_segwit("bcrt", version, bytes), "bcrt");
      const bool valid =
          version <= 16 && size >= 2 && size <= 40 && (version != 0 || size == 20 || size == 32);
      ASSERT_EQ(back.has_value(), valid) << int(version) << " " << size;
      if (!valid) continue;
      EXPECT_EQ(back->version, version);
      EXPECT_EQ(back->bytes, Bytes(bytes.begin(), bytes.end()));
    }
  }
}

}  // namespace
}  // namespace clew::bitcoin
