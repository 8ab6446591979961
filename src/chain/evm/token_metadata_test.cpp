#include "chain/evm/token_metadata.h"

#include <gtest/gtest.h>

#include "base/u256.h"
#include "base/utf8.h"
#include "chain/evm/real_data_test_support.h"

namespace clew::evm {
namespace {

using namespace test;

void append_word(Bytes& data, std::uint64_t number) {
  const auto word = U256(number).to_big_endian();
  data.insert(data.end(), word.begin(), word.end());
}

Bytes string_answer(std::string_view text, std::uint64_t offset = 32) {
  Bytes data;
  append_word(data, offset);
  append_word(data, text.size());
  data.insert(data.end(), text.begin(), text.end());
  data.resize((data.size() + 31) / 32 * 32);
  return data;
}

Bytes word_answer(std::string_view text) {
  Bytes data(text.begin(), text.end());
  data.resize(32);
  return data;
}

TEST(TokenMetadata, ReadsBothFormsOfText) {
  EXPECT_EQ(decode_token_text(string_answer("Tether USD")), "Tether USD");
  EXPECT_EQ(decode_token_text(word_answer("MKR")), "MKR");
  EXPECT_EQ(decode_token_text(string_answer("")), "");
  EXPECT_EQ(decode_token_text(string_answer(std::string(40, 'x'))), std::string(40, 'x'));
  EXPECT_EQ(decode_token_text(string_answer(std::string("A\0B\0\0", 5))), std::string("A\0B", 3));
}

TEST(TokenMetadata, OfHostileTextsIsShortAndValid) {
  EXPECT_EQ(decode_token_text({}), std::nullopt);
  EXPECT_EQ(decode_token_text(Bytes(31)), std::nullopt);
  EXPECT_EQ(decode_token_text(string_answer("x", ~0ULL)), std::nullopt);
  Bytes longer = string_answer("x");
  longer[63] = 200;
  EXPECT_EQ(decode_token_text(longer), std::nullopt);
  EXPECT_EQ(decode_token_text(string_answer("a\xff")), "a\xef\xbf\xbd");
  const auto cut = decode_token_text(string_answer(std::string(255, 'a') + "\xc3\xa9"));
  ASSERT_TRUE(cut);
  EXPECT_TRUE(valid_utf8(*cut));
  EXPECT_LE(cut->size(), kTokenTextMax);
  const auto replaced = decode_token_text(string_answer(std::string(5000, '\xff')));
  ASSERT_TRUE(replaced);
  EXPECT_TRUE(valid_utf8(*replaced));
  EXPECT_LE(replaced->size(), kTokenTextMax);
}

TEST(TokenMetadata, ReadsDecimalsThatAreOne) {
  Bytes answer;
  append_word(answer, 18);
  EXPECT_EQ(decode_decimals(answer), 18);
  answer[31] = 255;
  EXPECT_EQ(decode_decimals(answer), 255);
  answer[30] = 1;
  EXPECT_EQ(decode_decimals(answer), std::nullopt);
  EXPECT_EQ(decode_decimals(Bytes(31)), std::nullopt);
}

TEST(TokenMetadata, AsksAndPutsAnswersWhereTheyBelong) {
  EXPECT_EQ(to_hex(call_data(TokenQuestion::name)), "06fdde03");
  EXPECT_EQ(to_hex(call_data(TokenQuestion::symbol)), "95d89b41");
  EXPECT_EQ(to_hex(call_data(TokenQuestion::decimals)), "313ce567");
  EXPECT_EQ(to_hex(call_data(TokenQuestion::erc721)),
            "01ffc9a780ac58cd00000000000000000000000000000000000000000000000000000000");
  EXPECT_EQ(call_data(TokenQuestion::erc1155).size(), 36u);
  TokenMetadata token;
  Bytes yes, two;
  append_word(yes, 1);
  append_word(two, 2);
  apply_answer(TokenQuestion::name, string_answer("Name"), token);
  apply_answer(TokenQuestion::symbol, word_answer("SYM"), token);
  apply_answer(TokenQuestion::decimals, yes, token);
  apply_answer(TokenQuestion::erc721, yes, token);
  apply_answer(TokenQuestion::erc1155, two, token);
  EXPECT_EQ(token.name, "Name");
  EXPECT_EQ(token.symbol, "SYM");
  EXPECT_EQ(token.decimals, 1);
  EXPECT_TRUE(token.erc721);
  EXPECT_FALSE(token.erc1155);
  apply_answer(TokenQuestion::name, {}, token);
  EXPECT_EQ(token.name, "Name");
}

// Three tokens of ethereum-etl's tests, with what it made of them.
TEST(TokenMetadata, OfRealTokens) {
  CLEW_NEED_DATA();
  const auto files = archive_files("ethereum_etl/resources.tar.gz");
  const auto answer = [&](const std::string& folder, const std::string& selector) {
    for (const auto& [path, content] : files) {
      if (path.find(folder) == std::string::npos || path.find("_" + selector) == std::string::npos)
        continue;
      return unhex(nlohmann::json::parse(content)["result"].get<std::string>());
    }
    ADD_FAILURE() << folder << selector;
    return Bytes{};
  };
  EXPECT_EQ(decode_token_text(answer("token_with_alternative_return_type", "0x95d89b41")), "EOS");
  EXPECT_EQ(decode_token_text(answer("token_with_alternative_return_type", "0x06fdde03")), "");
  EXPECT_EQ(decode_decimals(answer("token_with_alternative_return_type", "0x313ce567")), 18);
  EXPECT_EQ(decode_token_text(answer("blocks_2112234_2112234", "0x95d89b41")).has_value(), true);
}

}  // namespace
}  // namespace clew::evm
