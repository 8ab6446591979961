// From a node's answers to a committed ledger: a simulated Ethereum world (`clew simulate ethereum
// --no-transfers`), served by a replay server in a process of its own, followed by the same engine
// as `clew ingest evm`.
//   bench_live WORLD LEDGER [--blocks N] [--seconds N] [--transactions-per-second N]
// First the back-fill of N blocks with each way to trace, then N seconds at the head: how long from
// the moment that a block is shown to that at which it can be read in the ledger. The last line is
// one JSON document. What the figures mean: docs/benchmarks.md.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "bench/measure.h"
#include "ingest/evm/evm_ledger.h"
#include "ingest/evm/evm_source.h"
#include "ingest/live/follow.h"
#include "ingest/replay/replay_server.h"

namespace {

using namespace clew;
using Json = nlohmann::json;

struct Arguments {
  std::string world, ledger;
  std::uint64_t blocks = 200;
  double seconds = 300, transactions_per_second = 1500;
};

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "bench_live: %s\n", result.error().message.c_str());
  std::exit(1);
}

// User and system, every thread.
double cpu_seconds_of(pid_t process) {
  std::ifstream in("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(in, text);
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i)
    fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

// Of this process, without mapped files.
double own_megabytes() {
  std::ifstream in("/proc/self/status");
  double kib = 0;
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("RssAnon:") || line.starts_with("RssShmem:"))
      kib += std::stod(line.substr(line.find(':') + 1));
  return kib * 1024 / 1e6;
}

// The node, until this is destroyed.
class NodeProcess {
 public:
  explicit NodeProcess(replay::ReplayOptions options) {
    int pipe_ends[2];
    if (::pipe(pipe_ends) != 0) std::abort();
    process_ = ::fork();
    if (process_ == 0) serve(options, pipe_ends[1]);
    if (::read(pipe_ends[0], &port_, sizeof port_) != sizeof port_) std::exit(1);
    ::close(pipe_ends[0]);
    ::close(pipe_ends[1]);
  }
  ~NodeProcess() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  NodeProcess(const NodeProcess&) = delete;
  NodeProcess& operator=(const NodeProcess&) = delete;

  std::string url(const char* scheme) const {
    return std::string(scheme) + "://127.0.0.1:" + std::to_string(port_);
  }
  double cpu_seconds() const { return cpu_seconds_of(process_); }

 private:
  [[noreturn]] static void serve(const replay::ReplayOptions& options, int out) {
    const auto server = must(replay::ReplayServer::start(options));
    const std::uint16_t port = server->port();
    if (::write(out, &port, sizeof port) != sizeof port) std::_Exit(1);
    const std::atomic<bool> never = false;
    must(server->run(never).map([] { return 0; }));
    std::_Exit(0);
  }

  pid_t process_ = 0;
  std::uint16_t port_ = 0;
};

// A new ledger and the source that fills it.
struct Ingest {
  Ingest(const std::string& url, const std::string& directory, ingest::TraceMethod traces) {
    std::filesystem::remove_all(directory);
    ingest::EvmSourceOptions options;
    options.traces = traces;
    source = must(ingest::EvmSource::open({url}, options));
    ledger.emplace(must(account::Writer::open(directory, "evm:1")));
  }
  std::unique_ptr<ingest::EvmSource> source;
  std::optional<ingest::EvmLedger> ledger;
};

void expect_no_problems(const ingest::FollowReport& report) {
  for (const auto& problem : report.problems) {
    std::fprintf(stderr, "bench_live: %s\n", problem.c_str());
    std::exit(1);
  }
}

// The node has rendered all that is asked of it once before, so that it is measured at its best.
Json back_fill(const Arguments& arguments, const NodeProcess& node, ingest::TraceMethod traces) {
  Json best;
  for (int run = 0; run < 4; ++run) {
    Ingest to(node.url("http"), arguments.ledger, traces);
    ingest::FollowOptions options;
    options.from = 0;
    options.to = arguments.blocks - 1;
    const double cpu = bench::cpu_seconds(), node_cpu = node.cpu_seconds();
    const auto report = must(ingest::follow(*to.source, *to.ledger, options));
    expect_no_problems(report);
    const double own = bench::cpu_seconds() - cpu, theirs = node.cpu_seconds() - node_cpu;
    const auto transactions = static_cast<double>(report.transactions);
    std::printf("back-fill, traces %s: %.0f tx/s, %.2f s, CPU %.2f s, node's CPU %.2f s\n",
                traces == ingest::TraceMethod::none ? "none" : "debug",
                transactions / report.seconds, report.seconds, own, theirs);
    if (run == 0 || (!best.is_null() && transactions / report.seconds < best["tx_per_second"]))
      continue;
    best = {{"tx_per_second", transactions / report.seconds},
            {"tx_per_cpu_second", transactions / own},
            {"tx_per_node_cpu_second", transactions / theirs},
            {"transactions", report.transactions},
            {"transfers", to.ledger->transfers()},
            {"node_bytes", to.source->report().front().bytes},
            {"seconds", report.seconds}};
  }
  return best;
}

// When each block was shown, by number; written before its number is shown.
class Schedule {
 public:
  Schedule(const NodeProcess& node, std::uint64_t first, std::uint64_t count,
           double blocks_per_second)
      : shown_(count), first_(first) {
    thread_ = std::jthread([this, &node, blocks_per_second](const std::stop_token& stop) {
      auto client = must(net::HttpClient::open(node.url("http")));
      const double begin = wall_seconds();
      for (std::size_t i = 0; i < shown_.size() && !stop.stop_requested(); ++i) {
        const double due = begin + static_cast<double>(i + 1) / blocks_per_second;
        std::this_thread::sleep_for(std::chrono::duration<double>(due - wall_seconds()));
        shown_[i].store(wall_seconds());
        must(client.post(R"({"jsonrpc":"2.0","id":1,"method":"clew_advance","params":[1]})"));
      }
    });
  }
  double since_shown(std::uint64_t number) const {
    return wall_seconds() - shown_[number - first_].load();
  }

 private:
  std::vector<std::atomic<double>> shown_;
  std::uint64_t first_;
  std::jthread thread_;
};

struct HeadFigures {
  std::vector<double> latencies, megabytes;  // by block
  double cpu = 0, node_cpu = 0, seconds = 0;
  std::uint64_t transactions = 0;
};

HeadFigures at_head(const Arguments& arguments, std::uint64_t mean_transactions) {
  const double pace = arguments.transactions_per_second / static_cast<double>(mean_transactions);
  constexpr std::uint64_t kFirst = 20;  // where following begins
  replay::ReplayOptions how{.sources = {arguments.world}, .whole = false};
  how.world.first_head = kFirst - 1;
  const NodeProcess node(how);
  Ingest to(node.url("ws"), arguments.ledger, ingest::TraceMethod::debug);
  const auto count = static_cast<std::uint64_t>(arguments.seconds * pace);
  HeadFigures figures;
  std::atomic<bool> stop = false;
  std::optional<Schedule> schedule;
  ingest::FollowOptions options;
  options.from = 0;
  options.follow = true;
  options.stop = &stop;
  options.stored = [&](const ingest::LiveBlock& block) {
    if (block.number + 1 == kFirst) {
      schedule.emplace(node, kFirst, count, pace);
      figures.cpu = -bench::cpu_seconds();
      figures.node_cpu = -node.cpu_seconds();
      figures.seconds = -wall_seconds();
    }
    if (block.number < kFirst) return;
    figures.latencies.push_back(schedule->since_shown(block.number));
    figures.megabytes.push_back(own_megabytes());
    figures.transactions += block.transactions;
    if (block.number + 1 == kFirst + count) stop = true;
  };
  expect_no_problems(must(ingest::follow(*to.source, *to.ledger, options)));
  figures.cpu += bench::cpu_seconds();
  figures.node_cpu += node.cpu_seconds();
  figures.seconds += wall_seconds();
  return figures;
}

// Memory: the largest of the first tenth after a warm-up of a tenth, and of the last.
Json head_json(const HeadFigures& figures) {
  const auto tenth = static_cast<std::ptrdiff_t>(figures.megabytes.size() / 10);
  const auto& memory = figures.megabytes;
  const auto most = [](auto begin, auto end) { return *std::max_element(begin, end); };
  const double at_start = most(memory.begin() + tenth, memory.begin() + 2 * tenth);
  const double at_end = most(memory.end() - tenth, memory.end());
  const auto ms = [&](double share) { return 1e3 * bench::percentile(figures.latencies, share); };
  const Json json = {{"blocks", figures.latencies.size()},
                     {"transactions", figures.transactions},
                     {"seconds", figures.seconds},
                     {"tx_per_second", static_cast<double>(figures.transactions) / figures.seconds},
                     {"latency_p50_ms", ms(0.5)},
                     {"latency_p99_ms", ms(0.99)},
                     {"latency_max_ms", ms(1)},
                     {"megabytes_at_start", at_start},
                     {"megabytes_at_end", at_end},
                     {"cpu_share", figures.cpu / figures.seconds},
                     {"node_cpu_share", figures.node_cpu / figures.seconds}};
  std::printf("at the head: %s\n", json.dump().c_str());
  return json;
}

Arguments read_arguments(int argc, char** argv) {
  Arguments arguments;
  std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 2) {
    std::fprintf(stderr,
                 "usage: bench_live WORLD LEDGER [--blocks N] [--seconds N] "
                 "[--transactions-per-second N]\n");
    std::exit(2);
  }
  arguments.world = words[0];
  arguments.ledger = words[1];
  for (std::size_t i = 2; i + 1 < words.size(); i += 2) {
    const double value = std::atof(words[i + 1].c_str());
    if (words[i] == "--blocks") arguments.blocks = static_cast<std::uint64_t>(value);
    if (words[i] == "--seconds") arguments.seconds = value;
    if (words[i] == "--transactions-per-second") arguments.transactions_per_second = value;
  }
  return arguments;
}

}  // namespace

int main(int argc, char** argv) {
  const auto arguments = read_arguments(argc, argv);
  std::ifstream file(arguments.world + "/world.json");
  const Json world = Json::parse(file);
  const auto transactions = world["transactions"].get<double>();
  Json result = {{"logs_per_transaction", world["logs"].get<double>() / transactions},
                 {"transactions_per_block", transactions / world["blocks"].get<double>()}};
  {
    replay::ReplayOptions how{.sources = {arguments.world}};
    how.world.cache_bytes = std::size_t{4} << 30;
    const NodeProcess node(how);
    result["without_traces"] = back_fill(arguments, node, ingest::TraceMethod::none);
    result["with_traces"] = back_fill(arguments, node, ingest::TraceMethod::debug);
  }
  const auto mean = static_cast<std::uint64_t>(transactions / world["blocks"].get<double>());
  if (arguments.seconds > 0) result["head"] = head_json(at_head(arguments, mean));
  std::filesystem::remove_all(arguments.ledger);
  std::printf("%s\n", result.dump().c_str());
}
