#include "ingest/tron_node/tron_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>

#include "chain/tron/tron_world_test.h"
#include "ingest/live/follow.h"
#include "ledger/account/snapshot.h"
#include "net/server.h"

namespace clew::ingest {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using tron::test::World;

// A chain of worlds behind the API of a full node; the test may change any answer.
class Node {
 public:
  Node() {
    net::Route route{.path = "/wallet/*",
                     .handler = [this](const net::Request& request) { return answer(request); }};
    auto started = net::Server::start({.threads = 2}, {std::move(route)});
    EXPECT_TRUE(started);
    server_ = std::move(*started);
  }

  // Blocks [from, to) of a branch on what is there below.
  void grow(std::uint64_t from, std::uint64_t to, std::uint64_t fork = 0) {
    const std::lock_guard lock(mutex_);
    chain_.resize(from - kFirst);
    for (auto number = from; number < to; ++number)
      chain_.emplace_back(number, chain_.empty() ? Hash256{} : chain_.back().id(), fork);
  }
  // Instead of the honest answer, if it gives one.
  std::function<std::optional<net::Answer>(const std::string& method, const json& honest)> spoil;

  std::string url() const { return server_->url(); }
  Hash256 hash(std::uint64_t number) const { return chain_[number - kFirst].id(); }
  static constexpr std::uint64_t kFirst = 1000;

 private:
  json honest(const std::string& method, const json& given) const {
    if (method == "getnowblock") return chain_.back().block_json();
    for (const auto& world : chain_) {
      const auto block = world.block_json();
      const auto number = block["block_header"]["raw_data"]["number"];
      if (method == "getblockbyid" && block["blockID"] == given.value("value", "")) return block;
      if (given.value("num", std::uint64_t{0}) != number) continue;
      return method == "getblockbynum" ? block : world.infos_json();
    }
    return method == "gettransactioninfobyblocknum" ? json::array() : json::object();
  }
  net::Answer answer(const net::Request& request) {
    const std::lock_guard lock(mutex_);
    const auto method = std::string(request.path().substr(std::string_view("/wallet/").size()));
    const auto body = honest(method, json::parse(request.body));
    if (spoil)
      if (auto other = spoil(method, body)) return *other;
    return {.body = body.dump()};
  }

  std::mutex mutex_;
  std::vector<World> chain_;
  std::unique_ptr<net::Server> server_;
};

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
