// Collections from providers that behave: all is there, once, and nobody is asked twice.
#include "ingest/tron/history_collector.h"

#include "chain/tron/address.h"
#include "ingest/tron/history_test_support.h"

namespace clew::providers {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Collecting : public test::HistoryTest {};

TEST_F(Collecting, TakesAllRowsWhateverThePage) {
  const auto rows = test::history(300);
  for (const std::uint32_t page_rows : {1u, 7u, 200u}) {
    serve(rows);
    const CollectReport report = collect({.page_rows = page_rows});
    EXPECT_TRUE(report.state.complete) << report.state.missing;
    EXPECT_THAT(report.state.missing, IsEmpty());
    EXPECT_THAT(report.notes, IsEmpty()) << "with pages of " << page_rows;
    const History history = stored();
    EXPECT_EQ(test::texts(history), test::texts(rows)) << "with pages of " << page_rows;
    EXPECT_EQ(history.rows.size(), report.counts.rows);
    EXPECT_TRUE(std::ranges::is_sorted(history.rows, {}, &HistoryRow::time_ms));
  }
}

TEST_F(Collecting, KeepsTheOrderOfTheProviderWithinABlock) {
  std::vector<Trc20Row> rows;
  for (std::uint64_t i = 0; i < 30; ++i)
    rows.push_back(test::row(100 - i, test::kFirstTime, i));
  serve(rows);
  collect({.page_rows = 7});
  std::vector<std::string> expected, found;
  for (const Trc20Row& one : rows)
    expected.push_back(test::text(one));
  for (const Trc20Row& one : test::rows_of(stored()))
    found.push_back(test::text(one));
  EXPECT_EQ(found, expected);
}

TEST_F(Collecting, KeepsWhatOneTransactionMovesTwice) {
  std::vector<Trc20Row> rows;
  for (std::uint64_t i = 0; i < 20; ++i) {
    rows.push_back(test::row(i, test::kFirstTime + i * test::kBlockMs));
    rows.push_back(rows.back());
  }
  for (const std::uint32_t page_rows : {1u, 2u, 3u, 200u}) {
    serve(rows);
    EXPECT_TRUE(collect({.page_rows = page_rows}).state.complete);
    EXPECT_EQ(test::texts(stored()), test::texts(rows)) << "with pages of " << page_rows;
  }
}

TEST_F(Collecting, SaysThatAnUnknownAddressHasNoRows) {
  serve({});
  const CollectReport report = collect();
  EXPECT_TRUE(report.asked);
  EXPECT_TRUE(report.state.complete) << report.state.missing;
  EXPECT_THAT(stored().rows, IsEmpty());
  EXPECT_FALSE(stored().state.whole_until_ms);
}

TEST_F(Collecting, AsksAgainOnlyForWhatIsNew) {
  auto rows = test::history(1000);
  const std::vector<Trc20Row> first(rows.begin(), rows.begin() + 900);
  serve(first);
  collect();
  const auto served = server_->rows_served();
  const CollectReport again = collect();
  EXPECT_TRUE(again.state.complete) << again.state.missing;
  EXPECT_LE(server_->rows_served() - served, 10u) << "the last block, to see that it is there";
  EXPECT_THAT(server_->targets().back(),
              HasSubstr("min_timestamp=" + std::to_string(test::transfers(first).back().time_ms)));

  server_->set_rows(rows, std::numeric_limits<std::uint64_t>::max());
  const auto before = server_->rows_served();
  EXPECT_TRUE(collect().state.complete);
  EXPECT_LE(server_->rows_served() - before, 110u);
  EXPECT_EQ(test::texts(stored()), test::texts(rows));
}

TEST_F(Collecting, AsksNobodyWhileTheHistoryIsFresh) {
  serve(test::history(10));
  collect();
  const auto asked = server_->requests();
  const CollectReport report = collect({.fresh_seconds = 1000});
  EXPECT_FALSE(report.asked);
  EXPECT_TRUE(report.state.complete);
  EXPECT_EQ(server_->requests(), asked);
  EXPECT_TRUE(collect({.fresh_seconds = 0}).asked);
}

TEST_F(Collecting, SendsTheSameParametersFromPageToPage) {
  serve(test::history(60));
  collect({.page_rows = 20, .unconfirmed_rows_max = 0});
  const auto targets = server_->targets();
  ASSERT_GE(targets.size(), 3u);
  const std::string first = "/v1/accounts/" + tron::to_text(test::subject()) +
                            "/transactions/trc20?only_confirmed=true&limit=20&order_by="
                            "block_timestamp,asc&min_timestamp=0";
  EXPECT_EQ(targets[0], first);
  EXPECT_TRUE(targets[1].starts_with(first + "&fingerprint=")) << targets[1];
  EXPECT_TRUE(targets[2].starts_with(first + "&fingerprint=")) << targets[2];
}

TEST_F(Collecting, ReplacesUnconfirmedRowsThatAReorganisationReplaced) {
  auto rows = test::history(100);
  const auto confirmed = rows[60].time_ms;
  replay::TronGridOptions options;
  options.confirmed_until_ms = confirmed;
  serve(rows, options);
  CollectReport report = collect();
  EXPECT_TRUE(report.state.complete) << report.state.missing;
  EXPECT_GT(report.unconfirmed, 0u);
  EXPECT_EQ(test::texts(stored()), test::texts(rows));
  for (const HistoryRow& one : stored().rows)
    EXPECT_EQ(one.confirmed, one.time_ms <= confirmed);

  // Other transactions in blocks of the same times, one block more, and a part is confirmed now.
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].time_ms > confirmed && i % 2 == 0) rows[i] = test::row(5000 + i, rows[i].time_ms);
  }
  rows.push_back(test::row(9000, rows.back().time_ms + test::kBlockMs));
  server_->set_rows(rows, rows[80].time_ms);
  report = collect();
  EXPECT_TRUE(report.state.complete) << report.state.missing;
  EXPECT_EQ(test::texts(stored()), test::texts(rows));

  server_->set_rows(rows, std::numeric_limits<std::uint64_t>::max());
  collect();
  EXPECT_EQ(test::texts(stored()), test::texts(rows));
  for (const HistoryRow& one : stored().rows)
    EXPECT_TRUE(one.confirmed);
}

TEST_F(Collecting, TakesTheLastConfirmedBlockAsItIsNow) {
  auto rows = test::transfers(test::history(50));
  serve(rows);
  collect();
  rows.push_back(test::row(7777, rows.back().time_ms));  // the same block, told in full only now
  server_->set_rows(rows, std::numeric_limits<std::uint64_t>::max());
  EXPECT_TRUE(collect().state.complete);
  EXPECT_EQ(test::texts(stored()), test::texts(rows));
}

TEST_F(Collecting, SaysSoWhenTheProviderForgetsWhatItConfirmed) {
  const auto rows = test::transfers(test::history(50));
  serve(rows);
  collect();
  // Behind: what is stored stays.
  server_->set_rows({rows.begin(), rows.begin() + 20}, std::numeric_limits<std::uint64_t>::max());
  CollectReport report = collect();
  EXPECT_FALSE(report.state.complete);
  EXPECT_THAT(report.state.missing, HasSubstr("behind"));
  EXPECT_EQ(test::texts(stored()), test::texts(rows));

  // Another history: all is asked for again.
  auto other = test::transfers(test::history(70, 2));
  server_->set_rows(other, std::numeric_limits<std::uint64_t>::max());
  report = collect();
  EXPECT_FALSE(report.state.complete);
  EXPECT_TRUE(collect().state.complete);
  EXPECT_EQ(test::texts(stored()), test::texts(other));
}

TEST_F(Collecting, BreaksOffAtTheLimitOfRowsAndGoesOnFromThere) {
  const auto rows = test::history(2000);
  serve(rows);
  CollectReport report = collect({.rows_max = 500});
  EXPECT_FALSE(report.state.complete);
  EXPECT_THAT(report.state.missing, HasSubstr("more than 500 rows"));
  const auto part = stored().rows.size();
  EXPECT_GE(part, 350u);
  const auto served = server_->rows_served();
  EXPECT_TRUE(collect().state.complete);
  EXPECT_LE(server_->rows_served() - served, 2000 - part + 200) << "the last page, once more";
  EXPECT_EQ(test::texts(stored()), test::texts(rows));
}

TEST_F(Collecting, KeepsHistoriesOfAddressesAndProvidersApart) {
  auto rows = test::history(100);
  serve(rows);
  collect({.source = "a"});
  auto opened = store();
  EXPECT_EQ(opened.count({"a", test::subject()}).value_or(0), test::transfers(rows).size());
  EXPECT_EQ(opened.count({"b", test::subject()}).value_or(1), 0u);
  EXPECT_EQ(opened.count({"a", test::account(2)}).value_or(1), 0u);
}

TEST_F(Collecting, CollectsAHundredThousandRows) {
  const auto rows = test::history(100'000);
  serve(rows);
  std::vector<std::uint64_t> told;
  CollectOptions options;
  options.after_page = [&](const ListingCounts& counts) { told.push_back(counts.rows); };
  const CollectReport report = collect(options);
  EXPECT_TRUE(report.state.complete) << report.state.missing;
  EXPECT_EQ(stored().rows.size(), test::transfers(rows).size());
  EXPECT_EQ(told.size(), report.counts.pages);
  EXPECT_GE(told.back() + 200, report.counts.rows);
}

}  // namespace
}  // namespace clew::providers
