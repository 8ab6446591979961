#include "ingest/tron/history_store.h"

#include <fstream>
#include <random>
#include <thread>

#include "ingest/tron/history_test_support.h"
#include "sqlite/database.h"

namespace clew::providers {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::vector<BlockRows> blocks_of(const std::vector<Trc20Row>& rows) {
  std::vector<BlockRows> out;
  for (const Trc20Row& one : test::transfers(rows)) {
    if (out.empty() || out.back().time_ms != one.time_ms) out.push_back({.time_ms = one.time_ms});
    out.back().rows.push_back(one);
  }
  return out;
}

class Stores : public testing::Test {
 protected:
  std::string path() const { return folder_ / "tron-history.sqlite"; }
  HistoryStore open(HistoryStore::Mode mode = HistoryStore::Mode::write) const {
    auto opened = HistoryStore::open(path(), mode);
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
  }
  static void expect_ok(const Result<void>& result) {
    EXPECT_TRUE(result) << result.error().message;
  }
  std::multiset<std::string> stored(const HistoryKey& key) const {
    const auto history = open(HistoryStore::Mode::read).read(key);
    EXPECT_TRUE(history) << history.error().message;
    return history ? test::texts(*history) : std::multiset<std::string>();
  }

  test::Folder folder_;
  HistoryKey key_{"source", test::subject()};
};

TEST_F(Stores, AMissingFileIsAnEmptyStoreAndStaysMissing) {
  const auto store = open(HistoryStore::Mode::read);
  EXPECT_FALSE(store.state(key_)->whole_until_ms);
  EXPECT_FALSE(store.state(key_)->complete);
  EXPECT_THAT(store.read(key_)->rows, IsEmpty());
  EXPECT_EQ(store.count(key_).value_or(9), 0u);
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(Stores, GiveBackAllThatARowSays) {
  Trc20Row one = test::row(1, test::kFirstTime);
  one.value = U256::max();
  one.token = {.contract = test::account(7), .symbol = "\xe2\x82\xae", .name = "", .decimals = 0};
  Trc20Row other = test::row(2, test::kFirstTime + 5);
  other.value = U256(0);
  other.token = {};
  other.to = other.from;
  auto store = open();
  expect_ok(store.replace(key_, 0, blocks_of({one, other}), other.time_ms));
  const auto history = open(HistoryStore::Mode::read).read(key_);
  ASSERT_TRUE(history) << history.error().message;
  EXPECT_EQ(history->state.whole_until_ms, other.time_ms);
  EXPECT_FALSE(history->state.complete);
  EXPECT_FALSE(history->state.missing.empty());
  const auto rows = test::rows_of(*history);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_TRUE(rows[0].same_as(one));
  EXPECT_EQ(rows[0].token, one.token);
  EXPECT_TRUE(rows[1].same_as(other));
  EXPECT_EQ(rows[1].token, TokenInfo());
}

TEST_F(Stores, ReplaceWhatLiesBetween) {
  const auto rows = test::transfers(test::history(60));
  auto store = open();
  expect_ok(store.replace(key_, 0, blocks_of(rows), std::nullopt));
  expect_ok(store.replace(key_, 0, blocks_of(rows), std::nullopt));
  EXPECT_EQ(stored(key_), test::texts(rows));

  // From the middle on, every other block is not there any more.
  const std::uint64_t from = rows[30].time_ms;
  std::vector<BlockRows> kept;
  std::vector<Trc20Row> expected;
  for (const BlockRows& block : blocks_of(rows)) {
    const bool stays = block.time_ms < from || block.time_ms == rows.back().time_ms ||
                       (block.time_ms / test::kBlockMs) % 2 == 0;
    if (stays) expected.insert(expected.end(), block.rows.begin(), block.rows.end());
    if (stays && block.time_ms >= from) kept.push_back(block);
  }
  expect_ok(store.replace(key_, from, kept, rows.back().time_ms));
  EXPECT_EQ(stored(key_), test::texts(expected));
}

TEST_F(Stores, EnsureARowAsOftenAsItIs) {
  const Trc20Row one = test::row(1, test::kFirstTime);
  auto store = open();
  const auto added = [&](const std::vector<RowTimes>& rows) {
    return store.ensure(key_, rows).value_or(std::vector<std::size_t>{9});
  };
  EXPECT_THAT(added({{one, 1}}), testing::ElementsAre(1));
  EXPECT_THAT(added({{one, 1}}), testing::ElementsAre(0));
  EXPECT_THAT(added({{one, 3}, {test::row(2, test::kFirstTime), 1}, {one, 3}}),
              testing::ElementsAre(2, 1, 0));
  EXPECT_EQ(store.count(key_).value_or(0), 4u);
}

TEST_F(Stores, FinishWithTheRowsThatAreNotConfirmed) {
  const auto rows = test::transfers(test::history(60));
  std::vector<Trc20Row> confirmed = rows;
  std::erase_if(confirmed, [&](const Trc20Row& one) { return one.time_ms > rows[40].time_ms; });
  ASSERT_LT(confirmed.size(), rows.size());
  auto store = open();
  expect_ok(store.replace(key_, 0, blocks_of(confirmed), confirmed.back().time_ms));
  const HistoryState state{
      .whole_until_ms = confirmed.back().time_ms, .complete = true, .asked_at = 1234.5};
  expect_ok(store.finish(key_, state, rows));
  EXPECT_EQ(stored(key_), test::texts(rows)) << "what is confirmed is not there twice";
  expect_ok(store.finish(key_, state, {}));
  const auto history = store.read(key_);
  EXPECT_EQ(test::texts(*history), test::texts(confirmed));
  EXPECT_TRUE(history->state.complete);
  EXPECT_EQ(history->state.asked_at, 1234.5);
}

TEST_F(Stores, TakeTheLastWordOnAToken) {
  Trc20Row one = test::row(1, test::kFirstTime);
  Trc20Row two = test::row(2, test::kFirstTime + 1);
  two.token = one.token;
  two.token.symbol = "NEW";
  auto store = open();
  expect_ok(store.replace(key_, 0, blocks_of({one, two}), std::nullopt));
  const auto history = store.read(key_);
  ASSERT_EQ(history->tokens.size(), 1u) << "amounts of one contract compare";
  EXPECT_EQ(history->tokens[0].symbol, "NEW");
}

TEST_F(Stores, OpenedToBeReadAreNotWritten) {
  open();
  auto store = open(HistoryStore::Mode::read);
  EXPECT_FALSE(store.replace(key_, 0, {}, 1));
  EXPECT_FALSE(store.finish(key_, {}, {}));
}

TEST_F(Stores, FindDamage) {
  for (const char* damage :
       {"UPDATE transfers SET value=x'01ff' WHERE time=(SELECT max(time) FROM transfers)",
        "UPDATE transfers SET time=time+1 WHERE time=(SELECT max(time) FROM transfers)",
        "DELETE FROM transfers WHERE time=(SELECT max(time) FROM transfers)",
        "UPDATE tokens SET decimals=18", "DELETE FROM tokens",
        "UPDATE histories SET whole_until=whole_until+1"}) {
    {
      auto store = open();
      expect_ok(store.replace(key_, 0, blocks_of(test::history(100)), 77));
    }
    {
      auto database = sqlite::Database::open(path(), sqlite::Database::Mode::write);
      ASSERT_TRUE(database);
      ASSERT_TRUE((*database)->execute(damage));
    }
    const auto history = open(HistoryStore::Mode::read).read(key_);
    ASSERT_FALSE(history) << damage;
    EXPECT_EQ(history.error().kind, ErrorKind::corrupt) << damage;
    EXPECT_THAT(history.error().message, HasSubstr("tron-history.sqlite"));
    std::filesystem::remove(path());
  }
}

TEST_F(Stores, TouchNoForeignFiles) {
  std::ofstream(path(), std::ios::binary) << std::string(8192, 'x');
  EXPECT_FALSE(HistoryStore::open(path()));
  EXPECT_EQ(std::filesystem::file_size(path()), 8192u);
  EXPECT_FALSE(HistoryStore::open(folder_ / "no/such/folder.sqlite"));
}

TEST_F(Stores, AreReadWhileTheyAreWritten) {
  const auto rows = test::history(3000);
  const auto blocks = blocks_of(rows);
  open();
  std::atomic<bool> done = false;
  std::thread writer([&] {
    auto store = open();
    for (int i = 0; i < 5; ++i)
      expect_ok(store.replace(key_, 0, blocks, blocks.back().time_ms));
    done = true;
  });
  auto store = open(HistoryStore::Mode::read);
  while (!done) {
    const auto count = store.read(key_)->rows.size();
    EXPECT_TRUE(count == 0 || count == test::transfers(rows).size()) << count;
  }
  writer.join();
}

}  // namespace
}  // namespace clew::providers
