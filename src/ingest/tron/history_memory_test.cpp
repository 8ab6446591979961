// However long a history is, collecting it takes the same memory.
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "ingest/tron/history_test_support.h"

#if defined(__has_feature)
#define CLEW_HAS_FEATURE(x) __has_feature(x)
#else
#define CLEW_HAS_FEATURE(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || CLEW_HAS_FEATURE(address_sanitizer)
#define CLEW_OWN_ALLOCATOR 1
#else
#define CLEW_OWN_ALLOCATOR 0
#endif

namespace clew::providers {
namespace {

std::uint64_t kilobytes(const std::string& what) {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(what)) return std::stoull(line.substr(what.size()));
  return 0;
}

class Memory : public test::HistoryTest {
 protected:
  // What a process of its own needs more at its height than at its beginning, in kilobytes.
  std::uint64_t needed_for(std::size_t rows) {
    serve(test::history(rows));
    std::filesystem::remove(path());
    int ends[2] = {};
    EXPECT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    EXPECT_GE(child, 0);
    if (child == 0) {
      std::ofstream("/proc/self/clear_refs") << "5";  // the height begins here
      const std::uint64_t before = kilobytes("VmRSS:");
      auto opened = HistoryStore::open(path());
      auto grid = TronGrid::open(server_->url(), test::quick());
      bool complete = false;
      if (opened && grid) {
        const auto report = collect_history(*grid, *opened, test::subject());
        complete = report && report->state.complete;
      }
      const std::uint64_t more = complete ? kilobytes("VmHWM:") - before : 0;
      _exit(write(ends[1], &more, sizeof more) == sizeof more ? 0 : 1);
    }
    std::uint64_t more = 0;
    EXPECT_EQ(read(ends[0], &more, sizeof more), static_cast<ssize_t>(sizeof more));
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    close(ends[0]);
    close(ends[1]);
    EXPECT_GT(more, 0u) << "the collection was not complete";
    return more;
  }
};

TEST_F(Memory, DoesNotGrowWithTheHistory) {
  if (CLEW_OWN_ALLOCATOR) GTEST_SKIP() << "NOT CHECKED: the sanitizer keeps what is freed";
  const std::uint64_t few = needed_for(40'000), many = needed_for(100'000);
  EXPECT_LT(many, 64'000u);
  EXPECT_LT(many, few + 24'000) << "of which the database's cache is the most";
  RecordProperty("kilobytes", static_cast<int>(many));
}

}  // namespace
}  // namespace clew::providers
