// Full ingest of a folder of block files into a fresh ledger: MB per CPU-second (user + system),
// bytes on disk per raw byte, resident memory. The input is read once before, so that the page
// cache is warm; `--cold` instead asks the kernel to drop it.
//
//   bench_ingest FOLDER [--runs N] [--cold] [--ledger DIR] [--keep]
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "ingest/ingest.h"
#include "ledger/snapshot.h"

namespace {

using namespace clew;
namespace fs = std::filesystem;

struct Arguments {
  std::string input, ledger;
  int runs = 3;
  bool cold = false, keep = false;
};

struct Cost {
  double user = 0, system = 0, wall = 0;
};

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

Cost now() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto wall = std::chrono::steady_clock::now().time_since_epoch();
  return {seconds(usage.ru_utime), seconds(usage.ru_stime),
          std::chrono::duration<double>(wall).count()};
}

// A line of /proc/self/status in MiB: "VmHWM" is the peak of resident memory, "RssAnon" and
// "RssFile" are what is resident now of the process's own memory and of mapped files.
double status_mib(const char* name) {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(name)) return std::stod(line.substr(std::strlen(name) + 1)) / 1024;
  }
  return 0;
}

// Reads the input, or drops it from the page cache.
void prepare(const Arguments& arguments) {
  std::string buffer(1 << 20, '\0');
  for (const auto& entry : fs::recursive_directory_iterator(arguments.input)) {
    if (!entry.is_regular_file()) continue;
    if (arguments.cold) {
      const int fd = ::open(entry.path().c_str(), O_RDONLY);
      ::fdatasync(fd);
      ::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
      ::close(fd);
    } else {
      std::ifstream in(entry.path(), std::ios::binary);
      while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()))) {
      }
    }
  }
}

std::uint64_t disk_bytes(const std::string& folder) {
  std::uint64_t sum = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    sum += entry.is_regular_file() ? entry.file_size() : 0;
  return sum;
}

bool run(const Arguments& arguments, int number) {
  fs::remove_all(arguments.ledger);
  prepare(arguments);
  double own_peak = 0;
  ingest::IngestOptions options;
  options.progress = [&](const ingest::IngestProgress&) {
    own_peak = std::max(own_peak, status_mib("RssAnon"));
  };
  const Cost before = now();
  const auto report = ingest::ingest_bitcoin(arguments.ledger, {arguments.input}, options);
  const Cost after = now();
  if (!report || !report->problems.empty()) {
    std::printf("failed: %s\n", !report ? report.error().message.c_str()
                                        : to_text(report->problems.front()).c_str());
    return false;
  }
  const double megabytes = static_cast<double>(report->bytes) / 1e6;
  const double user = after.user - before.user, system = after.system - before.system;
  const auto stored = static_cast<double>(disk_bytes(arguments.ledger));
  std::printf(
      "run %d (%s): %.0f MB, %llu blocks, %llu transactions in %.2f s user + %.2f s system, "
      "%.2f s wall: %.0f MB/CPU-s, %.0f tx/CPU-s, %.0f MB/s wall; %.3f bytes on disk per raw byte; "
      "own memory %.0f MiB, peak with mapped files %.0f MiB\n",
      number, arguments.cold ? "cold" : "warm", megabytes,
      static_cast<unsigned long long>(report->added),
      static_cast<unsigned long long>(report->transactions), user, system, after.wall - before.wall,
      megabytes / (user + system), static_cast<double>(report->transactions) / (user + system),
      megabytes / (after.wall - before.wall), stored / static_cast<double>(report->bytes), own_peak,
      status_mib("VmHWM"));
  if (!arguments.keep) fs::remove_all(arguments.ledger);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  arguments.ledger =
      (fs::temp_directory_path() / ("bench-ingest-" + std::to_string(getpid()))).string();
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--cold") {
      arguments.cold = true;
    } else if (word == "--keep") {
      arguments.keep = true;
    } else if (word == "--runs" && i + 1 < argc) {
      arguments.runs = std::atoi(argv[++i]);
    } else if (word == "--ledger" && i + 1 < argc) {
      arguments.ledger = argv[++i];
    } else {
      arguments.input = word;
    }
  }
  if (arguments.input.empty()) {
    std::printf("usage: bench_ingest FOLDER [--runs N] [--cold] [--ledger DIR] [--keep]\n");
    return 2;
  }
  for (int number = 1; number <= arguments.runs; ++number) {
    if (!run(arguments, number)) return 1;
  }
  return 0;
}
