#include "ingest/live/follow.h"

#include <gtest/gtest.h>

#include <random>

#include "base/sha256.h"

namespace clew::ingest {
namespace {

Hash256 hash_of(const std::string& text) {
  return sha256(as_bytes(text));
}

// A node in memory: every block it ever had, and the branch it holds for the best.
class FakeNode final : public LiveSource {
 public:
  // Replaces the best branch from `height` on by `count` new blocks.
  void mine(std::uint64_t height, std::uint64_t count) {
    const std::lock_guard lock(mutex);
    best.resize(height);
    for (std::uint64_t i = 0; i < count; ++i) {
      LiveBlock block;
      block.number = height + i;
      block.parent = best.empty() ? Hash256{} : best.back();
      block.hash = hash_of("block " + std::to_string(++mined_));
      block.bytes = 1000;
      block.transactions = 3;
      block.node = "fake";
      best.push_back(block.hash);
      blocks[block.hash] = block;
    }
  }

  Result<LiveHead> head() override {
    const std::lock_guard lock(mutex);
    if (head_error) return fail(*head_error);
    const auto at = std::min<std::uint64_t>(best.size(), heads_shown) - 1;
    return LiveHead{at, best[at]};
  }
  Result<std::unique_ptr<LiveBlock>> fetch(std::uint64_t number) override {
    const std::lock_guard lock(mutex);
    ++fetches;
    if (number == broken) return fail(ErrorKind::data, "block 7: the roots differ");
    if (number >= best.size()) return fail(ErrorKind::not_found, "no such block");
    return std::make_unique<LiveBlock>(blocks.at(best[number]));
  }
  Result<std::unique_ptr<LiveBlock>> fetch(const LiveHead& block) override {
    const std::lock_guard lock(mutex);
    const auto found = blocks.find(block.hash);
    if (found == blocks.end()) return fail(ErrorKind::not_found, "no such block");
    return std::make_unique<LiveBlock>(found->second);
  }
  void wait_for_head(double seconds) override {
    if (on_wait) on_wait(seconds);
  }

  std::mutex mutex;
  std::map<Hash256, LiveBlock> blocks;
  std::vector<Hash256> best;
  std::uint64_t heads_shown = ~std::uint64_t{0};
  std::optional<Error> head_error;
  std::uint64_t broken = ~std::uint64_t{0};
  std::uint64_t fetches = 0;
  std::function<void(double)> on_wait;

 private:
  std::uint64_t mined_ = 0;
};

// A ledger in memory that shows only what was committed.
class FakeLedger final : public LiveLedger {
 public:
  std::optional<Hash256> hash_at(std::uint64_t number) const override {
    const auto found = staged.find(number);
    return found == staged.end() ? std::nullopt : std::optional(found->second);
  }
  std::optional<ledger::Tip> tip() const override {
    if (staged.empty()) return std::nullopt;
    const auto& [number, hash] = *staged.rbegin();
    return ledger::Tip{static_cast<std::uint32_t>(number), hash};
  }
  Result<void> append(const LiveBlock& block) override {
    const auto below = staged.find(block.number - 1);
    EXPECT_TRUE(block.number == 0 || below == staged.end() || below->second == block.parent);
    EXPECT_TRUE(staged.emplace(block.number, block.hash).second);
    if (full) return fail(ErrorKind::no_space, "the disk is full");
    return {};
  }
  Result<void> unwind(std::uint64_t number) override {
    staged.erase(staged.lower_bound(number), staged.end());
    return {};
  }
  Result<void> commit() override {
    committed = staged;
    ++commits;
    return {};
  }

  std::map<std::uint64_t, Hash256> staged, committed;
  int commits = 0;
  bool full = false;
};

void expect_same(const FakeLedger& ledger, const FakeNode& node, std::uint64_t from = 0) {
  ASSERT_EQ(ledger.committed.size(), node.best.size() - from);
  for (const auto& [number, hash] : ledger.committed)
    EXPECT_EQ(hash, node.best[number]) << number;
}

FollowOptions quick() {
  FollowOptions options;
  options.sleep = [](double) {};
  options.limits.threads = 4;
  return options;
}

// Follows until `turns` looks at the head have shown nothing new; `before` changes the node.
FollowReport follow_for(FakeNode& node, FakeLedger& ledger, FollowOptions options, int turns,
                        const std::function<void(int)>& before) {
  std::atomic<bool> stop = false;
  int turn = 0;
  node.on_wait = [&](double) {
    if (turn == turns) {
      stop = true;
      return;
    }
    before(turn++);
  };
  options.follow = true;
  options.stop = &stop;
  auto report = follow(node, ledger, options);
  EXPECT_TRUE(report) << report.error().message;
  return *report;
}

TEST(Follow, FillsARangeInOrderAndGoesOnWhereItStopped) {
  FakeNode node;
  node.mine(0, 300);
  FakeLedger ledger;
  auto options = quick();
  options.to = 199;
  options.commit_blocks = 50;
  const auto first = follow(node, ledger, options);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->added, 200u);
  EXPECT_EQ(first->transactions, 600u);
  EXPECT_TRUE(first->problems.empty());
  EXPECT_EQ(ledger.committed.size(), 200u);
  EXPECT_EQ(ledger.commits, 4);
  const auto rest = follow(node, ledger, quick());
  EXPECT_EQ(rest->added, 100u);
  EXPECT_EQ(rest->tip->height, 299u);
  expect_same(ledger, node);
  EXPECT_EQ(follow(node, ledger, quick())->added, 0u);
}

TEST(Follow, DoesNotAskForWhatTheLedgerHas) {
  FakeNode node;
  node.mine(0, 100);
  FakeLedger ledger;
  auto middle = quick();
  middle.from = 40;
  middle.to = 59;
  ASSERT_TRUE(follow(node, ledger, middle));
  node.fetches = 0;
  auto whole = quick();
  whole.from = 0;
  const auto report = follow(node, ledger, whole);
  EXPECT_EQ(report->added, 80u);
  EXPECT_EQ(report->already_there, 20u);
  EXPECT_EQ(node.fetches, 80u);
  expect_same(ledger, node);
}

TEST(Follow, ABlockThatFailsItsChecksEndsTheRangeBeforeIt) {
  FakeNode node;
  node.mine(0, 50);
  node.broken = 7;
  FakeLedger ledger;
  const auto report = follow(node, ledger, quick());
  ASSERT_TRUE(report);
  ASSERT_EQ(report->problems.size(), 1u);
  EXPECT_NE(report->problems[0].find("roots differ"), std::string::npos);
  EXPECT_EQ(ledger.committed.size(), 7u);
}

TEST(Follow, SaysWhenTheHeadIsBelowWhatWasAskedFor) {
  FakeNode node;
  node.mine(0, 10);
  FakeLedger ledger;
  auto options = quick();
  options.to = 20;
  const auto report = follow(node, ledger, options);
  EXPECT_EQ(report->added, 10u);
  EXPECT_EQ(report->problems.size(), 1u);
}

TEST(Follow, SaysWhenAllThatWasAskedForIsAboveTheHead) {
  FakeNode node;
  node.mine(0, 10);
  FakeLedger ledger;
  auto options = quick();
  options.from = 20;
  const auto report = follow(node, ledger, options);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->added, 0u);
  EXPECT_EQ(report->problems, std::vector<std::string>{"block 20 was asked for, but the head is at "
                                                       "9"});
}

TEST(Follow, WaitsForAChainToReachTheFirstBlock) {
  FakeNode node;
  node.mine(0, 10);
  FakeLedger ledger;
  std::vector<std::string> said, alarms;
  double time = 0;
  auto options = quick();
  options.from = 15;
  options.clock = [&] { return time; };
  options.waiting = [&](const std::string& text) { said.push_back(text); };
  options.alarm = [&](const std::string& text) { alarms.push_back(text); };
  const auto report = follow_for(node, ledger, options, 8, [&](int turn) {
    time += 100;
    node.mine(10 + static_cast<std::uint64_t>(turn), 1);
  });
  EXPECT_EQ(said, std::vector<std::string>{"waiting for block 15: the head is at 9"});
  EXPECT_EQ(alarms, std::vector<std::string>());
  EXPECT_EQ(report.added, 3u);
  EXPECT_EQ(ledger.committed.begin()->first, 15u);
  EXPECT_TRUE(report.problems.empty());
}

TEST(Follow, ReorganisationsOfEveryDepthUpToTheLimit) {
  for (const std::uint64_t depth : {1, 2, 7, 63, 64}) {
    FakeNode node;
    node.mine(0, 100);
    FakeLedger ledger;
    std::vector<Reorganisation> seen;
    auto options = quick();
    options.reorganised = [&](const Reorganisation& event) { seen.push_back(event); };
    const auto old_tip = node.best.back();
    const auto report =
        follow_for(node, ledger, options, 1, [&](int) { node.mine(100 - depth, depth + 1); });
    expect_same(ledger, node);
    EXPECT_EQ(report.reorganisations, 1u);
    EXPECT_EQ(report.deepest, depth);
    EXPECT_EQ(report.unwound, depth);
    ASSERT_EQ(seen.size(), 1u);
    EXPECT_EQ(seen[0].from, 100 - depth);
    EXPECT_EQ(seen[0].old_tip, old_tip);
    EXPECT_EQ(seen[0].new_tip, node.best.back());
  }
}

TEST(Follow, StopsAtAReorganisationBeyondTheLimit) {
  FakeNode node;
  node.mine(0, 100);
  FakeLedger ledger;
  ASSERT_TRUE(follow(node, ledger, quick()));
  const auto before = ledger.committed;
  node.mine(35, 70);
  auto options = quick();
  options.follow = true;
  const auto report = follow(node, ledger, options);
  ASSERT_TRUE(report);
  ASSERT_EQ(report->problems.size(), 1u);
  EXPECT_NE(report->problems[0].find("more than 64 blocks"), std::string::npos);
  EXPECT_EQ(ledger.committed, before);
  options.reorganisation_max = 65;
  options.follow = false;
  EXPECT_TRUE(follow(node, ledger, options)->problems.empty());
  expect_same(ledger, node);
}

TEST(Follow, ABranchThatTheLedgerDoesNotTouchIsRefused) {
  FakeNode node;
  node.mine(0, 30);
  FakeLedger ledger;
  auto options = quick();
  options.from = 20;
  ASSERT_TRUE(follow(node, ledger, options));
  node.mine(10, 25);
  const auto report = follow(node, ledger, quick());
  ASSERT_EQ(report->problems.size(), 1u);
  EXPECT_NE(report->problems[0].find("begins on another branch"), std::string::npos);
}

TEST(Follow, ALaggingNodeRemovesNothing) {
  FakeNode node;
  node.mine(0, 100);
  FakeLedger ledger;
  ASSERT_TRUE(follow(node, ledger, quick()));
  node.heads_shown = 90;
  const auto report = follow(node, ledger, quick());
  EXPECT_EQ(report->unwound, 0u);
  EXPECT_TRUE(report->problems.empty());
  EXPECT_EQ(ledger.committed.size(), 100u);
  // Nor does one that is behind on a branch of its own.
  node.heads_shown = ~std::uint64_t{0};
  const auto good = ledger.committed;
  node.mine(95, 3);
  EXPECT_EQ(follow(node, ledger, quick())->unwound, 0u);
  EXPECT_EQ(ledger.committed, good);
  // Until its branch is as high.
  node.mine(95, 5);
  EXPECT_EQ(follow(node, ledger, quick())->unwound, 5u);
  expect_same(ledger, node);
}

TEST(Follow, AForkStormEndsOnTheWinningChain) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::mt19937_64 random(seed);
    FakeNode node;
    node.mine(0, 40);
    FakeLedger ledger;
    follow_for(node, ledger, quick(), 60, [&](int) {
      const auto depth = random() % 12;
      const auto from = node.best.size() - std::min<std::uint64_t>(depth, node.best.size() - 1);
      node.mine(from, depth + random() % 3);
    });
    node.mine(node.best.size(), 15);  // so that the last branch is surely the highest
    ASSERT_TRUE(follow(node, ledger, quick()));
    expect_same(ledger, node);
  }
}

TEST(Follow, FailuresAreRetriedWhileFollowingAndAStallIsAnAlarm) {
  FakeNode node;
  node.mine(0, 10);
  FakeLedger ledger;
  double time = 0;
  std::vector<std::string> alarms;
  std::vector<double> waits;
  std::atomic<bool> stop = false;
  auto options = quick();
  options.follow = true;
  options.stop = &stop;
  options.clock = [&] { return time; };
  options.alarm = [&](const std::string& text) { alarms.push_back(text); };
  options.sleep = [&](double seconds) {
    waits.push_back(seconds);
    time += seconds;
    if (waits.size() == 12) {
      node.head_error.reset();
      node.mine(10, 1);
    }
  };
  node.on_wait = [&](double seconds) {
    time += seconds;
    if (ledger.committed.size() == 10) node.head_error = Error{ErrorKind::network, "refused"};
    if (ledger.committed.size() == 11) stop = true;
  };
  const auto report = follow(node, ledger, options);
  ASSERT_TRUE(report);
  expect_same(ledger, node);
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_NE(alarms[0].find("after block 9"), std::string::npos);
  EXPECT_NE(alarms[0].find("refused"), std::string::npos);
  EXPECT_EQ(waits[0], options.retry_seconds);
  EXPECT_EQ(waits[1], 2 * options.retry_seconds);
  EXPECT_EQ(waits.back(), options.retry_seconds_max);
  EXPECT_TRUE(report->problems.empty());
}

TEST(Follow, AnInterruptInTheMiddleOfACallIsNoProblem) {
  FakeNode node;
  node.mine(0, 20);
  FakeLedger ledger;
  std::atomic<bool> stop = false;
  auto options = quick();
  options.follow = true;
  options.stop = &stop;
  node.on_wait = [&](double) {
    stop = true;
    node.head_error = Error{ErrorKind::stopped, "stopped"};
  };
  const auto report = follow(node, ledger, options);
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->interrupted);
  EXPECT_TRUE(report->problems.empty());
  EXPECT_EQ(ledger.committed.size(), 20u);
}

TEST(Follow, AnErrorOfTheLedgerEndsEverything) {
  FakeNode node;
  node.mine(0, 10);
  FakeLedger ledger;
  ledger.full = true;
  const auto report = follow(node, ledger, quick());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::no_space);
}

}  // namespace
}  // namespace clew::ingest
