// A collection may be killed at any moment: what is stored is whole blocks, and the next goes on.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <random>

#include "ingest/tron/history_test_support.h"

namespace clew::providers {
namespace {

class Killed : public test::HistoryTest {
 protected:
  // A process that collects until it is killed, `pause` seconds after it is due.
  void collect_and_die(const std::function<bool()>& due, double pause,
                       const CollectOptions& options) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto opened = HistoryStore::open(path());
      auto grid = TronGrid::open(server_->url(), test::quick());
      if (opened && grid) (void)collect_history(*grid, *opened, test::subject(), options);
      _exit(0);
    }
    int status = 0;
    while (!due()) {
      if (waitpid(child, &status, WNOHANG) == child) return;  // it came to its end before
      real_clock().sleep(0.0005);
    }
    real_clock().sleep(pause);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
  }
};

// Pages of a hundred rows are stored one by one, so that many are killed while they store one.
TEST_F(Killed, AtRandomMomentsLosesAndDoublesNothing) {
  const auto rows = test::history(20'000);
  const auto all = test::texts(rows);
  serve(rows);
  std::mt19937 random(7);
  int broken_off = 0;
  for (int i = 0; i < 25; ++i) {
    const auto requests = server_->requests() + 1 + random() % 60;
    const double pause = 0.00001 * static_cast<double>(random() % 1000);
    collect_and_die([&] { return server_->requests() >= requests; }, pause,
                    {.page_rows = random() % 2 == 0 ? 100u : 20u, .flush_rows = 100});
    const History history = stored();
    // All of every block up to the last, and nothing else.
    auto until = test::transfers(rows);
    const std::uint64_t last = history.rows.empty() ? 0 : history.rows.back().time_ms;
    std::erase_if(until, [&](const Trc20Row& one) { return one.time_ms > last; });
    ASSERT_EQ(test::texts(history), test::texts(until)) << "kill " << i;
    ASSERT_TRUE(!history.state.complete || history.rows.size() == all.size());
    broken_off += !history.state.complete && !history.rows.empty() ? 1 : 0;
    if (history.state.complete) std::filesystem::remove(path());
  }
  EXPECT_GT(broken_off, 5);
  EXPECT_TRUE(collect().state.complete);
  EXPECT_EQ(test::texts(stored()), all);
}

TEST_F(Killed, GoesOnWhereItWas) {
  const auto rows = test::history(30'000);
  serve(rows);
  replay::ProviderFaultPlan plan;  // slow from the hundredth page on: that is where it is killed
  plan.spared = 100;
  plan.slow_seconds = 60;
  plan.chances[static_cast<std::size_t>(replay::ProviderFault::slow)] = 1;
  server_->set_faults(plan);
  collect_and_die([&] { return server_->requests() > 100; }, 0, {});
  server_->set_faults({});
  const auto before = server_->rows_served();
  EXPECT_TRUE(collect().state.complete);
  // At most two batches of the 20,000 rows that were served were not kept.
  EXPECT_LT(server_->rows_served() - before, 10'000u + 2 * 16'384 + 400);
  EXPECT_EQ(test::texts(stored()), test::texts(rows));
}

}  // namespace
}  // namespace clew::providers
