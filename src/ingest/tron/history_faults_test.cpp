// Collections from providers that do not behave: the history is complete, or says what is missing.
#include "ingest/tron/history_test_support.h"

namespace clew::providers {
namespace {

using replay::ProviderFault;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

replay::TronGridOptions misbehaving(ProviderFault fault, double chance = 0.3) {
  replay::TronGridOptions options;
  options.faults.chances[static_cast<std::size_t>(fault)] = chance;
  options.faults.suspended_seconds = 1;
  options.faults.slow_seconds = 0.05;
  return options;
}

class Misbehaving : public test::HistoryTest, public testing::WithParamInterface<ProviderFault> {};

// Answers that fail are asked for again, and what cannot be told from the truth is found out.
TEST_P(Misbehaving, CostsNoRow) {
  const auto rows = test::history(400);
  for (const std::uint32_t page_rows : {7u, 50u}) {
    serve(rows, misbehaving(GetParam()));
    if (GetParam() == ProviderFault::endless) {
      ProviderOptions options = test::quick();
      options.answer_bytes_max = 1 << 20;
      ask_with(options);
    }
    // A provider may fail so often in a row that a call gives up; the next goes on.
    CollectReport report;
    for (int calls = 0; calls < 40 && !report.state.complete; ++calls) {
      report = collect({.page_rows = page_rows});
      EXPECT_NE(report.state.complete, !report.state.missing.empty());
    }
    EXPECT_TRUE(report.state.complete) << report.state.missing;
    EXPECT_EQ(test::texts(stored()), test::texts(rows)) << "with pages of " << page_rows;
  }
}

INSTANTIATE_TEST_SUITE_P(
    History, Misbehaving,
    testing::Values(ProviderFault::limit_403, ProviderFault::limit_429, ProviderFault::limit_503,
                    ProviderFault::limit_200, ProviderFault::server_error, ProviderFault::outage,
                    ProviderFault::half, ProviderFault::cut, ProviderFault::html,
                    ProviderFault::wrong_type, ProviderFault::failed, ProviderFault::endless,
                    ProviderFault::slow, ProviderFault::foreign_rows, ProviderFault::repeated_rows,
                    ProviderFault::shuffled_rows, ProviderFault::swapped_pages,
                    ProviderFault::circle, ProviderFault::expired),
    [](const auto& info) {
      std::string name(replay::name(info.param));
      std::ranges::replace(name, '-', '_');
      return name;
    });

class Faults : public test::HistoryTest {
 protected:
  // Every answer has the fault: in so short a patience nothing can be had.
  CollectReport hopeless(ProviderFault fault, double patience_seconds = 0.5) {
    serve(test::history(400), misbehaving(fault, 1));
    return collect({.patience_seconds = patience_seconds});
  }
};

TEST_F(Faults, AreNamedWhereNothingCanBeHad) {
  const std::vector<std::pair<ProviderFault, const char*>> expected = {
      {ProviderFault::limit_403, "suspended for 1s"},
      {ProviderFault::limit_429, "429 Too Many Requests"},
      {ProviderFault::limit_503, "503 Service Unavailable: The key exceeds"},
      {ProviderFault::limit_200, "it says: The key exceeds the frequency limit(15)"},
      {ProviderFault::server_error, "500 Internal Server Error: Internal error"},
      {ProviderFault::outage, "127.0.0.1"},
      {ProviderFault::half, "127.0.0.1"},
      {ProviderFault::cut, "127.0.0.1"},
      {ProviderFault::html, "sent as text/html"},
      {ProviderFault::failed, "it says: something went wrong"},
      {ProviderFault::foreign_rows, "of another address"},
  };
  for (const auto& [fault, words] : expected) {
    const CollectReport report = hopeless(fault);
    EXPECT_FALSE(report.state.complete) << name(fault);
    EXPECT_THAT(report.state.missing, HasSubstr(words)) << name(fault);
    EXPECT_THAT(report.state.missing, HasSubstr("all rows: ")) << name(fault);
    EXPECT_THAT(stored().rows, IsEmpty()) << name(fault);
    EXPECT_EQ(stored().state.missing, report.state.missing) << name(fault);
  }
}

TEST_F(Faults, OfOneRequestAreOvercomeAtEachPlace) {
  const auto rows = test::history(200);
  for (std::size_t fault = 0; fault < replay::kProviderFaults; ++fault) {
    for (std::uint64_t at = 1; at <= 6; ++at) {
      const auto kind = static_cast<ProviderFault>(fault);
      replay::TronGridOptions options = misbehaving(kind, 0);
      options.faults.at_request[at] = kind;
      serve(rows, options);
      ProviderOptions asking = test::quick();
      asking.answer_bytes_max = 1 << 20;
      ask_with(asking);
      const CollectReport report = collect({.page_rows = 50});
      EXPECT_TRUE(report.state.complete) << name(kind) << at << ": " << report.state.missing;
      EXPECT_EQ(test::texts(stored()), test::texts(rows)) << name(kind) << at;
    }
  }
}

TEST_F(Faults, OfAllKindsAtOnceCostNoRowUnlessItIsSaid) {
  int sure = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const auto rows = test::history(600, seed);
    replay::TronGridOptions options;
    options.faults.seed = seed;
    options.faults.slow_seconds = 0.01;
    options.faults.chances.fill(0.03);
    options.confirmed_until_ms = rows[500].time_ms;
    serve(rows, options);
    ProviderOptions asking = test::quick();
    asking.answer_bytes_max = 1 << 20;
    ask_with(asking);
    std::filesystem::remove(path());
    CollectReport report;
    for (int calls = 0; calls < 30 && !report.state.complete; ++calls)
      report = collect({.page_rows = static_cast<std::uint32_t>(5 + 10 * seed)});
    EXPECT_TRUE(report.state.complete) << "seed " << seed << ": " << report.state.missing;
    const bool unsure = std::ranges::any_of(report.notes, [](const std::string& note) {
      return note.find("may have come twice") != note.npos;
    });
    EXPECT_TRUE(unsure || test::texts(stored()) == test::texts(rows)) << "seed " << seed;
    sure += unsure ? 0 : 1;
  }
  EXPECT_GE(sure, 10);
}

TEST_F(Faults, ALostFingerprintIsNoticedOnAFullPage) {
  const auto rows = test::history(1000);
  for (const std::uint32_t page_rows : {1u, 50u, 200u}) {
    serve(rows, misbehaving(ProviderFault::lost_fingerprint, 1));
    const CollectReport report = collect({.page_rows = page_rows});
    EXPECT_TRUE(report.state.complete) << report.state.missing;
    EXPECT_GT(report.counts.restarts, 0u);
    EXPECT_EQ(test::texts(stored()), test::texts(rows));
  }
}

TEST_F(Faults, ACircleThatLeadsNowhereIsLeft) {
  std::vector<Trc20Row> rows;
  for (std::uint64_t i = 0; i < 500; ++i)
    rows.push_back(test::row(i, test::kFirstTime));  // more in one block than fit a page
  serve(rows, misbehaving(ProviderFault::circle, 1));
  const CollectReport report = collect();
  EXPECT_FALSE(report.state.complete);
  EXPECT_THAT(report.state.missing, HasSubstr("round in a circle"));
  EXPECT_LT(server_->requests(), 30u);
}

TEST_F(Faults, APageOfAnotherSizeThanAskedForIsTaken) {
  const auto rows = test::history(500);
  for (const std::uint32_t size : {1u, 3u, 20u, 450u, 1000u}) {
    replay::TronGridOptions options;
    options.page_rows = size;
    serve(rows, options);
    const CollectReport report = collect({.page_rows = 100});
    EXPECT_TRUE(report.state.complete) << report.state.missing;
    EXPECT_EQ(test::texts(stored()), test::texts(rows)) << "with pages of " << size;
  }
}

TEST_F(Faults, PagesThatRepeatRowsAreToldFromTransactionsThatDo) {
  // Each transaction moves the same twice, and each page begins with the last row of the one
  // before.
  std::vector<Trc20Row> rows;
  for (std::uint64_t i = 0; i < 60; ++i) {
    rows.push_back(test::row(i, test::kFirstTime + i / 4 * test::kBlockMs));
    rows.push_back(rows.back());
  }
  for (const std::size_t repeated : {1u, 2u, 5u}) {
    auto options = misbehaving(ProviderFault::repeated_rows, 1);
    options.faults.repeated_rows = repeated;
    serve(rows, options);
    const CollectReport report = collect({.page_rows = 10});
    EXPECT_TRUE(report.state.complete) << report.state.missing;
    EXPECT_EQ(test::texts(stored()), test::texts(rows)) << repeated << " rows repeated";
    EXPECT_THAT(report.notes, Not(IsEmpty()));
  }
}

TEST_F(Faults, AnOutageBreaksACollectionOffAndTheNextGoesOn) {
  const auto rows = test::history(12'000);
  replay::TronGridOptions options;
  serve(rows, options);
  replay::ProviderFaultPlan plan;
  plan.spared = 41;
  plan.chances[static_cast<std::size_t>(ProviderFault::outage)] = 1;
  server_->set_faults(plan);
  CollectReport report = collect({.patience_seconds = 2});
  EXPECT_FALSE(report.state.complete);
  EXPECT_THAT(report.state.missing, HasSubstr("all rows after 20"));
  ASSERT_TRUE(report.state.whole_until_ms);
  // What is there is whole up to that time.
  auto until = test::transfers(rows);
  std::erase_if(until,
                [&](const Trc20Row& one) { return one.time_ms > *report.state.whole_until_ms; });
  EXPECT_EQ(test::texts(stored()), test::texts(until));
  EXPECT_GE(until.size(), 7000u);

  server_->set_faults({});
  const auto served = server_->rows_served();
  EXPECT_TRUE(collect().state.complete);
  EXPECT_LE(server_->rows_served() - served, rows.size() - until.size() + 400);
  EXPECT_EQ(test::texts(stored()), test::texts(rows));
}

TEST_F(Faults, UnconfirmedRowsThatCannotBeHadAreSaidToBeMissing) {
  const auto rows = test::history(100);
  replay::TronGridOptions options;
  options.confirmed_until_ms = rows[60].time_ms;
  serve(rows, options);
  collect();
  replay::ProviderFaultPlan plan;
  plan.at_request[1] = plan.at_request[2] = plan.at_request[3] = ProviderFault::html;
  server_->set_faults(plan);
  const CollectReport report = collect();
  EXPECT_FALSE(report.state.complete);
  EXPECT_THAT(report.state.missing, HasSubstr("rows that are not confirmed: "));
  for (const HistoryRow& one : stored().rows)
    EXPECT_TRUE(one.confirmed) << "old ones may have been reorganised away";
}

TEST_F(Faults, ADeadProviderIsSaidToBeDead) {
  serve({});
  server_.reset();
  const CollectReport report = collect({.patience_seconds = 0.3});
  EXPECT_FALSE(report.state.complete);
  EXPECT_THAT(report.state.missing, HasSubstr("127.0.0.1"));
}

}  // namespace
}  // namespace clew::providers
