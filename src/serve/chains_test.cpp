#include "serve/chains.h"

#include <gtest/gtest.h>

#include "ledger/account/account_world_test.h"

namespace clew::serve {
namespace {

// Ledgers of accounts, each of one block of its own network.
class ChainsTest : public ::testing::Test {
 protected:
  void make(const std::string& name, const std::string& network) {
    auto writer = account::Writer::open(folder_ / name, network);
    ASSERT_TRUE(writer) << writer.error().message;
    ASSERT_NO_FATAL_FAILURE(account::test::append_all(*writer, blocks_));
    ASSERT_TRUE(writer->commit());
  }
  std::string tip_of(const std::string& name) const {
    const auto chain = describe_chain(folder_.path(), name);
    EXPECT_TRUE(chain) << chain.error().message;
    return (*chain)["tip"]["hash"];
  }

  const account::test::Chain blocks_ = account::test::random_chain(1, 0, 1);
  const std::string digits_ = to_hex(blocks_.back().hash);
  clew::test::TemporaryFolder folder_;
};

TEST_F(ChainsTest, WritesHashesAsTheirChainDoes) {
  make("ethereum", "evm:1");
  make("tron", "evm:728126428");
  EXPECT_EQ(tip_of("ethereum"), "0x" + digits_);
  EXPECT_EQ(tip_of("tron"), digits_);
  const auto all = describe_chains(folder_.path());
  ASSERT_TRUE(all);
  EXPECT_EQ(all->size(), 2u);
}

}  // namespace
}  // namespace clew::serve
