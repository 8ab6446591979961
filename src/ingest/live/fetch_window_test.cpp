#include "ingest/live/fetch_window.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>

namespace clew::ingest {
namespace {

// Has every block, of 1,000 bytes each; `before` may hold one back.
class HoldingSource final : public LiveSource {
 public:
  std::function<void(std::uint64_t number)> before = [](std::uint64_t) {};
  std::optional<std::uint64_t> broken;
  std::atomic<std::uint64_t> begun = 0, ended = 0;

  Result<std::unique_ptr<LiveBlock>> fetch(std::uint64_t number) override {
    ++begun;
    before(number);
    ++ended;
    if (number == broken) return fail(ErrorKind::data, "the roots differ");
    auto block = std::make_unique<LiveBlock>();
    block->number = number;
    block->bytes = 1000;
    return block;
  }
  Result<std::unique_ptr<LiveBlock>> fetch(const LiveHead& block) override {
    return fetch(block.number);
  }
  Result<LiveHead> head() override { return LiveHead{}; }
  void wait_for_head(double) override {}

  void wait_until_ended(std::uint64_t count) const {
    while (ended < count)
      std::this_thread::yield();
  }
};

TEST(FetchWindow, HoldsNoMoreThanItsLimits) {
  HoldingSource source;
  FetchWindow window(source, 0, 199, {.threads = 8, .bytes_max = 10'000, .blocks_max = 1000});
  for (std::uint64_t number = 0; number < 200; ++number) {
    if (number % 20 == 5) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const auto block = window.next();
    ASSERT_TRUE(block);
    EXPECT_EQ((*block)->number, number);
    // Ten blocks of 1,000 bytes, and those that were begun before their size was known.
    EXPECT_LE(source.begun, number + 1 + 10 + 8);
  }
}

// Of each four the first is fetched last, so the others come while nobody waits for them.
TEST(FetchWindow, HandsOutInOrderWhatCameInAnother) {
  HoldingSource source;
  source.before = [&](std::uint64_t number) {
    if (number % 4 == 0) source.wait_until_ended(number + 3);
  };
  FetchWindow window(source, 0, 399, {.threads = 4});
  for (std::uint64_t number = 0; number < 400; ++number) {
    const auto block = window.next();
    ASSERT_TRUE(block);
    EXPECT_EQ((*block)->number, number);
  }
}

TEST(FetchWindow, GivesWhatCameBeforeAFailureThatWasSooner) {
  HoldingSource source;
  source.broken = 2;
  source.before = [&](std::uint64_t number) {
    if (number < 2) source.wait_until_ended(number == 1 ? 1 : 2);
  };
  FetchWindow window(source, 0, 99, {.threads = 3});
  for (std::uint64_t number = 0; number < 2; ++number) {
    const auto block = window.next();
    ASSERT_TRUE(block);
    EXPECT_EQ((*block)->number, number);
  }
  const auto broken = window.next();
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().message, "the roots differ");
}

}  // namespace
}  // namespace clew::ingest
