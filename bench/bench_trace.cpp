// Tracing over a ledger: one FIFO trace from many sources with no budget that matters, several
// times over, of which the best counts; then many single-source traces with the default budget,
// forward and backward.
//   bench_trace LEDGER_DIR [--sources N] [--runs N] [--traces N] [--policy NAME] [--seed S]
// LEDGER_DIR is one chain's folder. Origins are drawn from the older half of the outputs for the
// first part and from all of them for the second. Times are of this process (user + system), which
// leaves other work on the machine out. The last line is one JSON document for scripts.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "bench/measure.h"
#include "graph/trace.h"

namespace {

using namespace clew;
using namespace clew::bench;
using namespace clew::graph;

struct Arguments {
  std::string directory;
  std::uint64_t sources = 1000, runs = 9, traces = 200, seed = 20261121;
  TaintPolicy policy = TaintPolicy::fifo;
};

bool read_arguments(int argc, char** argv, Arguments& out) {
  if (argc < 2) return false;
  out.directory = argv[1];
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string key = argv[i];
    if (key == "--sources") {
      out.sources = std::strtoull(argv[i + 1], nullptr, 10);
    } else if (key == "--runs") {
      out.runs = std::strtoull(argv[i + 1], nullptr, 10);
    } else if (key == "--traces") {
      out.traces = std::strtoull(argv[i + 1], nullptr, 10);
    } else if (key == "--seed") {
      out.seed = std::strtoull(argv[i + 1], nullptr, 10);
    } else if (key == "--policy" && find_policy(argv[i + 1])) {
      out.policy = *find_policy(argv[i + 1]);
    } else {
      return false;
    }
  }
  return argc % 2 == 0 && out.traces > 0 && out.runs > 0;
}

long resident_mb() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return use.ru_maxrss / 1024;
}

bool balanced(const TraceResult& result) {
  std::int64_t sum = 0;
  for (const auto& end : result.ends)
    sum += end.amount;
  return sum == result.started;
}

struct Bulk {
  double seconds = 0, outputs_per_second = 0;
  std::uint64_t outputs = 0, tainted = 0, edges = 0;
  bool balanced = false;
};

// Outputs are those of every transaction visited, tainted or not: the work that a trace does.
Bulk run_bulk(const LedgerFlow& graph, const Arguments& arguments) {
  std::mt19937_64 random(arguments.seed);
  const auto older = graph.snapshot().output_count() / 2;
  std::vector<TraceOrigin> origins;
  for (std::uint32_t i = 0; i < arguments.sources; ++i)
    origins.push_back({random() % older, i});
  TraceOptions options;
  options.policy = arguments.policy;
  options.edges_max = ~std::uint64_t{0};
  options.paths = 0;
  const auto start = cpu_seconds();
  const auto result = trace(graph, origins, options);
  Bulk bulk;
  bulk.seconds = cpu_seconds() - start;
  if (!result) return bulk;
  bulk.outputs = result->outputs_seen;
  bulk.tainted = result->outputs_touched;
  bulk.edges = result->edges;
  bulk.outputs_per_second = static_cast<double>(bulk.outputs) / bulk.seconds;
  bulk.balanced = balanced(*result);
  std::printf(
      "bulk %s, %llu sources: %llu transactions, %llu outputs seen, %llu tainted, "
      "%llu edges, %zu end-points, %zu partial, conserved %s\n"
      "  %.3f s = %.2f M outputs per CPU-second, %.1f M edges/s, %ld MB resident\n",
      std::string(name(arguments.policy)).c_str(),
      static_cast<unsigned long long>(arguments.sources),
      static_cast<unsigned long long>(result->transactions),
      static_cast<unsigned long long>(bulk.outputs), static_cast<unsigned long long>(bulk.tainted),
      static_cast<unsigned long long>(bulk.edges), result->ends.size(), result->partial.size(),
      bulk.balanced ? "yes" : "NO", bulk.seconds, bulk.outputs_per_second / 1e6,
      static_cast<double>(bulk.edges) / bulk.seconds / 1e6, resident_mb());
  return bulk;
}

struct Bounded {
  double median_ms = 0, p99_ms = 0, max_ms = 0;
  std::uint64_t edges_max = 0, hit_budget = 0;
  bool balanced = true;
};

Bounded run_bounded(const LedgerFlow& graph, const Arguments& arguments, TraceDirection direction) {
  std::mt19937_64 random(arguments.seed + 1);
  TraceOptions options;
  options.policy = arguments.policy;
  options.direction = direction;
  std::vector<double> times;
  Bounded bounded;
  std::uint64_t edges = 0;
  double total = 0;
  for (std::uint64_t i = 0; i < arguments.traces; ++i) {
    const std::vector<TraceOrigin> origins = {{random() % graph.snapshot().output_count(), 0}};
    const auto start = cpu_seconds();
    const auto result = trace(graph, origins, options);
    const auto seconds = cpu_seconds() - start;
    times.push_back(seconds * 1e3);
    total += seconds;
    if (!result) continue;
    edges += result->edges;
    bounded.edges_max = std::max(bounded.edges_max, result->edges);
    bounded.hit_budget += result->edges_exhausted;
    bounded.balanced &= balanced(*result);
  }
  bounded.median_ms = percentile(times, 0.5);
  bounded.p99_ms = percentile(times, 0.99);
  bounded.max_ms = percentile(times, 1);
  std::printf(
      "%s, one source x %llu, at most %llu edges: median %.3f ms, p99 %.1f ms, max %.1f ms; "
      "edges at most %llu, budget hit %llu times, %.0f ns an edge, conserved %s\n",
      direction == TraceDirection::forward ? "forward" : "backward",
      static_cast<unsigned long long>(arguments.traces),
      static_cast<unsigned long long>(options.edges_max), bounded.median_ms, bounded.p99_ms,
      bounded.max_ms, static_cast<unsigned long long>(bounded.edges_max),
      static_cast<unsigned long long>(bounded.hit_budget),
      total * 1e9 / static_cast<double>(std::max<std::uint64_t>(edges, 1)),
      bounded.balanced ? "yes" : "NO");
  return bounded;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (!read_arguments(argc, argv, arguments)) {
    std::fprintf(stderr,
                 "bench_trace LEDGER_DIR [--sources N] [--runs N] [--traces N] [--policy NAME] "
                 "[--seed S]\n");
    return 2;
  }
  const auto snapshot = ledger::Snapshot::open(arguments.directory);
  if (!snapshot || snapshot->output_count() < 2) {
    std::fprintf(stderr, "%s\n",
                 snapshot ? "the ledger is empty" : snapshot.error().message.c_str());
    return 3;
  }
  const LedgerFlow graph(*snapshot);
  std::vector<double> rates;
  bool conserved = true;
  for (std::uint64_t i = 0; i < arguments.runs; ++i) {
    const auto bulk = run_bulk(graph, arguments);
    rates.push_back(bulk.outputs_per_second);
    conserved &= bulk.balanced;
  }
  const auto forward = run_bounded(graph, arguments, TraceDirection::forward);
  const auto backward = run_bounded(graph, arguments, TraceDirection::backward);
  std::printf(
      "{\"policy\": \"%s\", \"outputs_per_cpu_second\": %.0f, "
      "\"median_outputs_per_cpu_second\": %.0f, \"forward_p99_ms\": %.2f, "
      "\"backward_p99_ms\": %.2f, \"edges_max\": %llu, \"edges_budget\": %llu, "
      "\"traces\": %llu, \"conserved\": %s}\n",
      std::string(name(arguments.policy)).c_str(), percentile(rates, 1), median(rates),
      forward.p99_ms, backward.p99_ms,
      static_cast<unsigned long long>(std::max(forward.edges_max, backward.edges_max)),
      static_cast<unsigned long long>(TraceOptions().edges_max),
      static_cast<unsigned long long>(arguments.traces),
      conserved && forward.balanced && backward.balanced ? "true" : "false");
  return 0;
}
