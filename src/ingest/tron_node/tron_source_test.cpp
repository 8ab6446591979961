#include "ingest/tron_node/tron_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "ingest/live/follow.h"
#include "ingest/tron_node/tron_node_test.h"
#include "ledger/account/snapshot.h"

namespace clew::ingest {
namespace {

using nlohmann::json;
using test::Node;
using ::testing::HasSubstr;

class TronSourceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = ::testing::TempDir() + "tron_source_" +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(directory_);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::unique_ptr<TronSource> open(const std::vector<std::string>& urls) {
    TronSourceOptions options;
    options.pool.patience_seconds = 20;
    options.pool.rest_seconds_first = 0.01;
    options.pool.rest_seconds_max = 0.05;
    auto source = TronSource::open(urls, options);
    EXPECT_TRUE(source);
    return std::move(*source);
  }
  FollowReport ingest(const std::vector<std::string>& urls) {
    const auto source = open(urls);
    auto writer = account::Writer::open(directory_, "evm:728126428");
    EXPECT_TRUE(writer);
    AccountLedger ledger(std::move(*writer));
    FollowOptions options;
    options.from = Node::kFirst;
    auto report = follow(*source, ledger, options);
    EXPECT_TRUE(report);
    return std::move(*report);
  }
  account::Snapshot snapshot() { return std::move(*account::Snapshot::open(directory_)); }

  std::string directory_;
};

TEST_F(TronSourceTest, BlocksComeIntoTheLedger) {
  Node node;
  node.grow(1000, 1020);
  const auto report = ingest({node.url()});
  EXPECT_EQ(report.added, 20u);
  EXPECT_TRUE(report.problems.empty());
  const auto s = snapshot();
  EXPECT_EQ(s.block_count(), 20u);
  EXPECT_EQ(s.tx_count(), 80u);
  EXPECT_EQ(s.transfer_count(), 20u * 8);
  EXPECT_EQ(s.tip()->hash, node.hash(1019));
}

TEST_F(TronSourceTest, AReorganisationIsFollowed) {
  Node node;
  node.grow(1000, 1020);
  ingest({node.url()});
  node.grow(1010, 1025, 1);
  const auto report = ingest({node.url()});
  EXPECT_EQ(report.unwound, 10u);
  const auto s = snapshot();
  EXPECT_EQ(s.block_count(), 25u);
  for (std::uint32_t number = 1000; number < 1025; ++number)
    EXPECT_EQ(s.block(*s.find_block_at(number)).hash, node.hash(number));
}

TEST_F(TronSourceTest, WhatANodeMakesUpIsNamedAndAnotherAsked) {
  struct Lie {
    const char* method;
    std::function<net::Answer(json)> tell;
    const char* reason;
  };
  const std::vector<Lie> lies = {
      {"getblockbynum",
       [](json block) {
         block["transactions"].erase(1);
         return net::Answer{.body = block.dump()};
       },
       "not the root"},
      {"getblockbynum",
       [](json block) {
         block["block_header"]["raw_data"]["timestamp"] = 1;
         return net::Answer{.body = block.dump()};
       },
       "not the hash of the header"},
      {"gettransactioninfobyblocknum",
       [](json infos) {
         infos.erase(0);
         return net::Answer{.body = infos.dump()};
       },
       "3 transaction infos for 4"},
      {"gettransactioninfobyblocknum",
       [](json infos) {
         std::swap(infos[0], infos[1]);
         return net::Answer{.body = infos.dump()};
       },
       "another transaction"},
      {"gettransactioninfobyblocknum",
       [](const json&) { return net::Answer{.body = R"({"Error":"class Exception : no"})"}; },
       "the node says"},
  };
  for (const auto& lie : lies) {
    SCOPED_TRACE(lie.reason);
    std::filesystem::remove_all(directory_);
    Node liar, honest;
    liar.grow(1000, 1010);
    honest.grow(1000, 1010);
    liar.spoil = [&](const std::string& method, const json& body) -> std::optional<net::Answer> {
      if (method != lie.method) return std::nullopt;
      return lie.tell(body);
    };
    const auto alone = open({liar.url()});
    const auto block = alone->fetch(1003);
    ASSERT_FALSE(block);
    EXPECT_THAT(block.error().message, HasSubstr(lie.reason));
    EXPECT_THAT(block.error().message, HasSubstr("block 1003"));
    const auto report = ingest({liar.url(), honest.url()});
    EXPECT_THAT(report.problems, ::testing::IsEmpty());
    EXPECT_EQ(report.added, 10u);
    EXPECT_EQ(snapshot().tx_count(), 40u);
  }
}

TEST_F(TronSourceTest, WhatIsNotThereYetIsNotFound) {
  Node node;
  node.grow(1000, 1002);
  const auto source = open({node.url()});
  EXPECT_EQ(source->fetch(1002).error().kind, ErrorKind::not_found);
  EXPECT_EQ(source->fetch(LiveHead{1001, Hash256{1}}).error().kind, ErrorKind::not_found);
  EXPECT_TRUE(source->fetch(LiveHead{1001, node.hash(1001)}));
  EXPECT_EQ(source->head()->number, 1001u);
}

TEST_F(TronSourceTest, RefusalsAreWaitedFor) {
  Node node;
  node.grow(1000, 1010);
  std::atomic<int> asked = 0;
  node.spoil = [&](const std::string&, const json&) -> std::optional<net::Answer> {
    constexpr int kStatuses[] = {429, 403, 503};
    const int number = asked++;
    // A block takes two answers.
    if (number % 9 >= 3) return std::nullopt;
    return net::Answer{.status = kStatuses[number % 9],
                       .body = R"({"Success":false,"Error":"limit","StatusCode":403})"};
  };
  const auto report = ingest({node.url()});
  EXPECT_EQ(report.added, 10u);
}

}  // namespace
}  // namespace clew::ingest
