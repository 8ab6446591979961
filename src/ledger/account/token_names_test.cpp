#include "ledger/account/token_names.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/memory_files.h"

namespace clew::account {
namespace {

chain::Account contract(std::uint8_t byte) {
  chain::Account account;
  account.fill(byte);
  return account;
}

TokenNames opened(FileSystem& files) {
  auto names = TokenNames::open("chain", {}, files);
  EXPECT_TRUE(names);
  return *names;
}

TEST(TokenNames, AreFoundAsTheyWereGiven) {
  test::MemoryFiles files;
  EXPECT_EQ(opened(files).find(contract(1)), std::nullopt);
  std::map<chain::Account, TokenName> tokens;
  for (std::uint8_t i = 1; i < 200; i = static_cast<std::uint8_t>(i + 2))
    tokens[contract(i)] = {.name = "Token " + std::to_string(i), .symbol = {}, .decimals = i};
  ASSERT_TRUE(add_token_names("chain", tokens, files));
  const auto names = opened(files);
  for (int i = 0; i < 256; ++i) {
    const auto found = names.find(contract(static_cast<std::uint8_t>(i)));
    EXPECT_EQ(found.has_value(), i < 200 && i % 2 == 1) << i;
    if (found) {
      EXPECT_EQ(*found, tokens[contract(static_cast<std::uint8_t>(i))]);
    }
  }
}

TEST(TokenNames, LaterOnesJoinAndReplaceOthers) {
  test::MemoryFiles files;
  ASSERT_TRUE(add_token_names("chain", {{contract(5), {.name = "a", .symbol = "A"}}}, files));
  const auto before = opened(files);
  ASSERT_TRUE(add_token_names("chain",
                              {{contract(5), {.name = "b", .symbol = "line\nend"}},
                               {contract(1), {.name = {}, .symbol = {}, .erc721 = true}},
                               {contract(0xff), {.name = "\xff", .symbol = {}}}},
                              files));
  const auto names = opened(files);
  EXPECT_EQ(names.find(contract(5))->symbol, "line\nend");
  EXPECT_TRUE(names.find(contract(1))->erc721);
  EXPECT_EQ(names.find(contract(0xff))->name, "\xef\xbf\xbd");
}

TEST(TokenNames, ADamagedOneIsUnknownAndToldOnce) {
  test::MemoryFiles files;
  const TokenName kept{.name = "k", .symbol = "K"};
  ASSERT_TRUE(add_token_names(
      "chain", {{contract(5), {.name = "abc", .symbol = "A"}}, {contract(7), kept}}, files));
  EXPECT_TRUE(verify_token_names("chain", files)->empty());
  auto& content = files.content("chain/TOKENS");
  content[content.size() / 2 - 10] ^= 1;
  std::vector<std::string> told;
  const auto names = TokenNames::open(
      "chain", [&](const std::string& text) { told.push_back(text); }, files);
  ASSERT_TRUE(names);
  EXPECT_EQ(names->find(contract(5)), std::nullopt);
  EXPECT_EQ(names->find(contract(5)), std::nullopt);
  EXPECT_EQ(names->find(contract(7)), kept);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_TRUE(told[0].starts_with("chain/TOKENS is damaged")) << told[0];
  const auto problems = verify_token_names("chain", files);
  ASSERT_TRUE(problems);
  ASSERT_EQ(problems->size(), 1u);
  EXPECT_TRUE(problems->front().starts_with(told[0])) << problems->front();

  ASSERT_TRUE(add_token_names("chain", {{contract(6), {.name = "d", .symbol = "D"}}}, files));
  EXPECT_EQ(opened(files).find(contract(5)), std::nullopt);
  EXPECT_EQ(opened(files).find(contract(6))->name, "d");
  EXPECT_EQ(opened(files).find(contract(7)), kept);
  EXPECT_TRUE(verify_token_names("chain", files)->empty());
}

TEST(TokenNames, LinesOutOfOrderAreLeftOut) {
  test::MemoryFiles files;
  std::map<chain::Account, TokenName> tokens;
  for (std::uint8_t i = 1; i < 6; ++i)
    tokens[contract(i)] = {.name = "n" + std::to_string(i), .symbol = {}};
  ASSERT_TRUE(add_token_names("chain", tokens, files));
  auto& content = files.content("chain/TOKENS");
  const auto line = static_cast<std::ptrdiff_t>(content.size() / 5);
  std::rotate(content.begin(), content.begin() + line, content.begin() + 3 * line);  // 2 3 1 4 5
  EXPECT_EQ(verify_token_names("chain", files)->size(), 1u);
  ASSERT_TRUE(add_token_names("chain", {{contract(9), {.name = "n9", .symbol = {}}}}, files));
  EXPECT_TRUE(verify_token_names("chain", files)->empty());
  EXPECT_EQ(opened(files).find(contract(1)), std::nullopt);
  for (const std::uint8_t i : {2, 3, 4, 5, 9})
    EXPECT_EQ(opened(files).find(contract(i))->name, "n" + std::to_string(i));
}

TEST(TokenNames, WhateverIsInTheFileIsRead) {
  test::MemoryFiles files;
  std::map<chain::Account, TokenName> tokens;
  for (std::uint8_t i = 0; i < 20; ++i)
    tokens[contract(i)] = {.name = "n" + std::to_string(i), .symbol = {}};
  ASSERT_TRUE(add_token_names("chain", tokens, files));
  const auto whole = files.content("chain/TOKENS");
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto damaged = whole;
    damaged[at] = at % 2 == 0 ? 'z' : '\n';
    files.put("chain/TOKENS", damaged);
    EXPECT_EQ(verify_token_names("chain", files)->size(), damaged == whole ? 0u : 1u) << at;
    const auto names = opened(files);
    for (const auto& [account, token] : tokens) {
      const auto found = names.find(account);
      EXPECT_TRUE(!found || *found == token) << at;
    }
  }
}

}  // namespace
}  // namespace clew::account
