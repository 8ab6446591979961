// A collection may be killed at any moment: what is stored is whole blocks, and the next goes on.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <random>

#include "ingest/tron/history_test_support.h"

namespace clew::providers {
namespace {

constexpr const char* kUrl = "CLEW_TEST_COLLECT_URL";
constexpr const char* kStore = "CLEW_TEST_COLLECT_STORE";
constexpr const char* kPageRows = "CLEW_TEST_COLLECT_PAGE_ROWS";
constexpr const char* kFlushRows = "CLEW_TEST_COLLECT_FLUSH_ROWS";

// Of a process that this program starts of itself, and that is there to be killed. A mere fork
// would not do: other threads, as those of the server, may hold locks that the child then waits
// for.
class Collector : public testing::Environment {
 public:
  void SetUp() override {
    const char* url = std::getenv(kUrl);
    if (url == nullptr) return;
    CollectOptions options;
    options.page_rows = static_cast<std::uint32_t>(std::atoi(std::getenv(kPageRows)));
    options.flush_rows = static_cast<std::size_t>(std::atoi(std::getenv(kFlushRows)));
    auto opened = HistoryStore::open(std::getenv(kStore));
    auto grid = TronGrid::open(url, test::quick());
    if (opened && grid) (void)collect_history(*grid, *opened, test::subject(), options);
    _exit(0);
  }
};
[[maybe_unused]] auto* const collector = testing::AddGlobalTestEnvironment(new Collector);

class Killed : public test::HistoryTest {
 protected:
  pid_t start(const CollectOptions& options) {
    std::vector<std::string> ours = {kUrl + ("=" + server_->url()), kStore + ("=" + path()),
                                     kPageRows + ("=" + std::to_string(options.page_rows)),
                                     kFlushRows + ("=" + std::to_string(options.flush_rows))};
    std::vector<char*> variables;
    for (char** one = environ; *one != nullptr; ++one)
      variables.push_back(*one);
    for (auto& one : ours)
      variables.push_back(one.data());
    variables.push_back(nullptr);
    std::string filter = "--gtest_filter=Killed.*", name = "collector";
    char* const words[] = {name.data(), filter.data(), nullptr};
    posix_spawn_file_actions_t silent;
    posix_spawn_file_actions_init(&silent);
    posix_spawn_file_actions_addopen(&silent, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child = -1;
    EXPECT_EQ(posix_spawn(&child, "/proc/self/exe", &silent, nullptr, words, variables.data()), 0);
    posix_spawn_file_actions_destroy(&silent);
    return child;
  }
  // A process that collects until it is killed, `pause` seconds after it is due.
  void collect_and_die(const std::function<bool()>& due, double pause,
                       const CollectOptions& options) {
    const pid_t child = start(options);
    ASSERT_GT(child, 0);
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
