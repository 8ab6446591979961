#include "detect/examine/tron_case.h"

#include <gmock/gmock.h>

#include "chain/tron/address.h"
#include "ingest/tron/history_test_support.h"

namespace clew::examine {
namespace {

using providers::History;
using providers::test::account;
using providers::test::subject;
using testing::HasSubstr;

History history_of(std::size_t rows) {
  History history;
  history.tokens = {providers::test::token(1), {}};  // the second is one that nobody knows
  history.state.complete = true;
  for (std::size_t i = 0; i < rows; ++i) {
    const auto one = providers::test::row(i, providers::test::kFirstTime + 1000 * i, 7);
    history.rows.push_back({.transaction = one.transaction,
                            .time_ms = one.time_ms,
                            .from = one.from,
                            .to = one.to,
                            .value = one.value});
  }
  return history;
}
CaseFile file_of(const History& history) {
  return tron_case({"provider", subject()}, history);
}

TEST(TronCase, ComparesNoAmountsOfTokensThatNobodyKnows) {
  auto history = history_of(5);
  for (const std::size_t i : {1u, 3u, 4u})
    history.rows[i].token = 1;
  const auto file = file_of(history);
  EXPECT_EQ(file.rows[0].token, file.rows[2].token);
  EXPECT_NE(file.rows[1].token, file.rows[3].token);
  EXPECT_NE(file.rows[3].token, file.rows[4].token);
  EXPECT_EQ(file.tokens[file.rows[4].token].asset, "");
  ASSERT_EQ(file.extent.notes.size(), 1u);
  EXPECT_THAT(file.extent.notes[0], HasSubstr("3 rows are of tokens"));
}

TEST(TronCase, NamesOtherRowsOtherwise) {
  const auto history = history_of(3);
  const auto name = file_of(history).snapshot;
  EXPECT_EQ(file_of(history).snapshot, name);
  auto other = history;
  other.rows[1].value = U256(std::uint64_t{8});
  EXPECT_NE(file_of(other).snapshot, name);
  other = history;
  other.rows[2].confirmed = false;
  EXPECT_NE(file_of(other).snapshot, name);
  other = history;
  other.rows[0].transaction[31] ^= 1;
  EXPECT_NE(file_of(other).snapshot, name);
  other = history;
  other.rows[0].token = 1;
  EXPECT_NE(file_of(other).snapshot, name);
  EXPECT_NE(tron_case({"provider", account(2)}, history).snapshot, name);
}

TEST(TronSpelling, TakesAddressesOfTronInEveryForm) {
  const auto spelled = [](const std::string& subject, const std::string& currency) {
    labels::Label label;
    label.subject = subject;
    label.currency = currency;
    return tron_spelling(label);
  };
  const std::string text = "TF6MJcV4DJKFugaMAjNpnpzwKaJDQVuSRz";
  const std::string digits = "383278aa9b300e82cfd59e95c27b17914040a8a2";
  EXPECT_EQ(spelled(text, "TRX"), text);
  EXPECT_EQ(spelled(text, "USDT"), text);
  EXPECT_EQ(spelled("41" + digits, "TRX"), text);
  EXPECT_EQ(spelled("0x" + digits, "TRX"), text);
  EXPECT_EQ(spelled("0x" + digits, "ETH"), std::nullopt);
  EXPECT_EQ(spelled("TF6MJcV4DJKFugaMAjNpnpzwKaJDQVuSRy", "TRX"), std::nullopt);
}

}  // namespace
}  // namespace clew::examine
