// Full ingest of a folder of block files into a fresh ledger: MB per CPU-second (user + system),
// bytes on disk per raw byte, resident memory. The input is read once before, so that the page
// cache is warm; `--cold` instead asks the kernel to drop it, and says how much of it stayed.
// The last line is one JSON document for scripts: the best run, the median one where the key says
// so, and the peak of memory.
//
//   bench_ingest FOLDER [--runs N] [--cold] [--ledger DIR] [--keep]
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "bench/measure.h"
#include "ingest/ingest.h"

namespace {

using namespace clew;
using namespace clew::bench;
namespace fs = std::filesystem;

struct Arguments {
  std::string input, ledger;
  int runs = 3;
  bool cold = false, keep = false;
};

struct Cost {
  double user = 0, system = 0, wall = 0;
};

struct Run {
  double bytes = 0, transactions = 0, cpu = 0, wall = 0, stored = 0, own_memory = 0;
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

// Sum of lines of /proc/self/status in MB: the process's own memory that is resident, which is all
// but mapped files.
double own_memory() {
  std::ifstream in("/proc/self/status");
  double kib = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("RssAnon:") || line.starts_with("RssShmem:"))
      kib += std::stod(line.substr(line.find(':') + 1));
  }
  return kib * 1024 / 1e6;
}

// Looks at the process's own memory every few milliseconds and keeps the most it saw.
class MemoryWatch {
 public:
  MemoryWatch() : thread_([this](const std::stop_token& stop) { watch(stop); }) {}
  double peak() {  // MB; ends the watch
    thread_.request_stop();
    thread_.join();
    return std::max(peak_, own_memory());
  }

 private:
  void watch(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      peak_ = std::max(peak_, own_memory());
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  double peak_ = 0;
  std::jthread thread_;
};

// Bytes of a file that are in the page cache.
std::size_t cached_bytes(int fd, std::size_t size) {
  void* at = size == 0 ? MAP_FAILED : ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) return 0;
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> pages((size + page - 1) / page);
  const bool known = ::mincore(at, size, pages.data()) == 0;
  ::munmap(at, size);
  if (!known) return 0;
  return page * static_cast<std::size_t>(
                    std::count_if(pages.begin(), pages.end(), [](auto p) { return p & 1; }));
}

void drop(const fs::directory_entry& file, std::size_t& stayed) {
  const int fd = ::open(file.path().c_str(), O_RDONLY);
  if (fd < 0) return;
  ::fdatasync(fd);
  ::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  stayed += cached_bytes(fd, file.file_size());
  ::close(fd);
}

// Reads the input, or drops it from the page cache.
void prepare(const Arguments& arguments) {
  std::string buffer(1 << 20, '\0');
  std::size_t stayed = 0;
  for (const auto& entry : fs::recursive_directory_iterator(arguments.input)) {
    if (!entry.is_regular_file()) continue;
    if (arguments.cold) {
      drop(entry, stayed);
      continue;
    }
    std::ifstream in(entry.path(), std::ios::binary);
    while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()))) {
    }
  }
  if (stayed != 0)
    std::printf("%.1f MB of the input stayed in the page cache\n",
                static_cast<double>(stayed) / 1e6);
}

std::uint64_t disk_bytes(const std::string& folder) {
  std::uint64_t sum = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    sum += entry.is_regular_file() ? entry.file_size() : 0;
  return sum;
}

std::optional<Run> run(const Arguments& arguments, int number) {
  fs::remove_all(arguments.ledger);
  prepare(arguments);
  MemoryWatch memory;
  const Cost before = now();
  const auto report = ingest::ingest_bitcoin(arguments.ledger, {arguments.input}, {});
  const Cost after = now();
  Run run;
  run.own_memory = memory.peak();
  if (!report || !report->problems.empty()) {
    std::printf("failed: %s\n", !report ? report.error().message.c_str()
                                        : to_text(report->problems.front()).c_str());
    return std::nullopt;
  }
  const double user = after.user - before.user, system = after.system - before.system;
  run.bytes = static_cast<double>(report->bytes);
  run.transactions = static_cast<double>(report->transactions);
  run.cpu = user + system;
  run.wall = after.wall - before.wall;
  run.stored = static_cast<double>(disk_bytes(arguments.ledger));
  std::printf(
      "run %d (%s): %.1f MB, %.0f transactions in %.2f s user + %.2f s system, %.2f s wall: "
      "%.0f MB/CPU-s, %.0f tx/CPU-s; %.3f bytes on disk per raw byte; own memory %.0f MB\n",
      number, arguments.cold ? "cold" : "warm", run.bytes / 1e6, run.transactions, user, system,
      run.wall, run.bytes / run.cpu / 1e6, run.transactions / run.cpu, run.stored / run.bytes,
      run.own_memory);
  if (!arguments.keep || number < arguments.runs) fs::remove_all(arguments.ledger);
  return run;
}

void print_document(const std::vector<Run>& runs) {
  std::vector<double> rates, transactions, walls, memory;
  for (const Run& run : runs) {
    rates.push_back(run.bytes / run.cpu / 1e6);
    transactions.push_back(run.transactions / run.cpu);
    walls.push_back(run.bytes / run.wall / 1e6);
    memory.push_back(run.own_memory);
  }
  const Run& any = runs.front();
  std::printf(
      "{\"bytes\": %.0f, \"transactions\": %.0f, \"stored\": %.0f, \"mb_per_cpu_s\": %.1f, "
      "\"median_mb_per_cpu_s\": %.1f, \"tx_per_cpu_s\": %.0f, \"mb_per_s\": %.1f, "
      "\"own_memory_mb\": %.1f}\n",
      any.bytes, any.transactions, any.stored, percentile(rates, 1), median(rates),
      percentile(transactions, 1), percentile(walls, 1), percentile(memory, 1));
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
      arguments.runs = std::max(1, std::atoi(argv[++i]));
    } else if (word == "--ledger" && i + 1 < argc) {
      arguments.ledger = argv[++i];
    } else {
      arguments.input = word;
    }
  }
  if (!fs::is_directory(arguments.input)) {
    std::printf("usage: bench_ingest FOLDER [--runs N] [--cold] [--ledger DIR] [--keep]\n");
    return 2;
  }
  std::vector<Run> runs;
  for (int number = 1; number <= arguments.runs; ++number) {
    const auto done = run(arguments, number);
    if (!done) return 1;
    runs.push_back(*done);
  }
  print_document(runs);
  return 0;
}
