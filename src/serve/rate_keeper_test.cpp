#include "serve/rate_keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "serve/clock_test.h"
#include "serve/key_store.h"

namespace clew::serve {
namespace {

using ::testing::HasSubstr;

class RateKeeperTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = ::testing::TempDir() + "/rates-" + std::to_string(::getpid());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    keys_ = std::move(*KeyStore::open(path()));
    log_ = std::move(*RequestLog::open(folder_ + "/log"));
  }
  void TearDown() override {
    keys_.reset();
    std::filesystem::remove_all(folder_);
  }
  std::string path() const { return folder_ + "/keys.sqlite"; }
  std::unique_ptr<RateKeeper> start(RateLimit& limit) {
    auto keeper = RateKeeper::start(path(), limit, *log_, clock_);
    EXPECT_TRUE(keeper) << keeper.error().message;
    return std::move(*keeper);
  }
  std::int64_t rows() const {
    const auto database = *sqlite::Database::open(path(), sqlite::Database::Mode::read);
    return *database->integer("SELECT count(*) FROM rates");
  }
  static int let_through(RateLimit& limit, const std::string& key) {
    int let = 0;
    while (!limit.take(key))
      ++let;
    return let;
  }

  std::string folder_;
  test::HandClock clock_;
  std::unique_ptr<KeyStore> keys_;
  std::unique_ptr<RequestLog> log_;
};

TEST_F(RateKeeperTest, GivesBackWhatWasWrittenBeforeAKill) {
  RateLimit killed(1, 10, clock_);
  const auto keeper = start(killed);  // whose end, which writes, never comes
  for (int i = 0; i < 7; ++i)
    killed.take("a");
  ASSERT_TRUE(keeper->write());
  RateLimit limit(1, 10, clock_);
  const auto again = start(limit);
  EXPECT_EQ(let_through(limit, "a"), 3);
  EXPECT_EQ(let_through(limit, "b"), 10);
}

TEST_F(RateKeeperTest, WritesAtItsEnd) {
  RateLimit first(1, 10, clock_), second(1, 10, clock_);
  start(first).reset();
  auto keeper = start(first);
  EXPECT_EQ(let_through(first, "a"), 10);
  keeper.reset();
  clock_.time += 4;
  const auto again = start(second);
  EXPECT_EQ(let_through(second, "a"), 4);
}

TEST_F(RateKeeperTest, ForgetsWhoOwesNothing) {
  RateLimit limit(1, 10, clock_);
  const auto keeper = start(limit);
  for (int i = 0; i < 100; ++i)
    limit.take(std::to_string(i));
  ASSERT_TRUE(keeper->write());
  EXPECT_EQ(rows(), 100);
  clock_.time += 5;
  limit.take("a");
  ASSERT_TRUE(keeper->write());
  EXPECT_EQ(rows(), 1);
}

TEST_F(RateKeeperTest, LosesNothingThatCouldNotBeWritten) {
  RateLimit limit(1, 10, clock_), later(1, 10, clock_);
  auto keeper = start(limit);
  const auto other = *sqlite::Database::open(path(), sqlite::Database::Mode::write);
  ASSERT_TRUE(other->execute("ALTER TABLE rates RENAME TO hidden"));
  EXPECT_EQ(let_through(limit, "a"), 10);
  EXPECT_FALSE(keeper->write());
  ASSERT_TRUE(other->execute("ALTER TABLE hidden RENAME TO rates"));
  keeper.reset();
  const auto again = start(later);
  EXPECT_EQ(let_through(later, "a"), 0);
}

TEST_F(RateKeeperTest, SaysInTheLogThatItCannotWrite) {
  RateLimit limit(1, 10, clock_);
  auto keeper = start(limit);
  limit.take("a");
  const auto other = *sqlite::Database::open(path(), sqlite::Database::Mode::write);
  ASSERT_TRUE(other->execute("DROP TABLE rates"));
  limit.take("a");
  keeper.reset();
  std::ifstream file(folder_ + "/log");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  EXPECT_THAT(text, HasSubstr("\"trouble\":\"rates-not-kept\""));
  EXPECT_THAT(text, HasSubstr("rates"));
}

}  // namespace
}  // namespace clew::serve
