// Entities with proofs: co-spending rows in memory to a rooted evidence forest, then `why` queries.
// Input: rows of (transaction, address) as little-endian u32 pairs, sorted by transaction.
//   bench_entities ROWS.bin [--repeat N] [--expect CLUSTERS]
// The last line is one JSON document for scripts. CPU time is user + system of this process.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "bench/measure.h"
#include "graph/union_forest.h"

namespace {

using namespace clew::bench;
using clew::graph::AddressId;
using clew::graph::ForestView;
using clew::graph::Participant;
using clew::graph::UnionForest;

std::vector<Participant> read_rows(const char* path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) return {};
  std::vector<std::uint32_t> words(static_cast<std::size_t>(in.tellg()) / 4);
  in.seekg(0);
  in.read(reinterpret_cast<char*>(words.data()),
          static_cast<std::streamsize>(words.size() * sizeof(std::uint32_t)));
  std::vector<Participant> rows;
  rows.reserve(words.size() / 2);
  for (std::size_t i = 0; i + 1 < words.size(); i += 2)
    rows.push_back({words[i], words[i + 1]});
  return rows;
}

struct Population {
  std::vector<std::pair<AddressId, AddressId>> by_entity;  // (root, member), sorted
  std::size_t clusters = 0;
};

Population survey(const ForestView& forest, const std::vector<Participant>& rows) {
  Population all;
  std::vector<bool> seen(forest.size());
  for (const Participant& row : rows) {
    if (seen[row.address]) continue;
    seen[row.address] = true;
    const AddressId root = forest.root(row.address);
    all.by_entity.emplace_back(root, row.address);
    if (root == row.address) ++all.clusters;
  }
  std::sort(all.by_entity.begin(), all.by_entity.end());
  return all;
}

// Microseconds of each of `count` queries between two random members of one entity.
std::vector<double> time_why(const ForestView& forest, const Population& all, std::size_t count) {
  std::vector<double> micros;
  std::uint64_t state = 5, sink = 0;
  const auto random = [&](std::uint64_t below) {  // SplitMix64 (Steele, Lea, Flood 2014)
    std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % below;
  };
  const auto& members = all.by_entity;
  while (micros.size() < count) {
    const auto& [root, from] = members[random(members.size())];
    const auto low = std::lower_bound(members.begin(), members.end(), std::pair{root, 0u});
    const auto high = std::upper_bound(low, members.end(), std::pair{root, ~0u});
    const AddressId to = (low + static_cast<std::ptrdiff_t>(random(high - low)))->second;
    if (to == from) continue;
    const auto start = std::chrono::steady_clock::now();
    const auto steps = forest.why(from, to);
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
    sink += steps->size();
    micros.push_back(took.count());
  }
  if (sink == 0) std::printf("no evidence found\n");
  return micros;
}

}  // namespace

int main(int argc, char** argv) {
  int repeat = 5;
  std::size_t expect = 0;
  for (int i = 2; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--repeat") == 0) repeat = std::max(1, std::atoi(argv[i + 1]));
    if (std::strcmp(argv[i], "--expect") == 0) expect = std::strtoull(argv[i + 1], nullptr, 10);
  }
  const std::vector<Participant> rows = argc > 1 ? read_rows(argv[1]) : std::vector<Participant>();
  if (rows.empty()) {
    std::fprintf(stderr, "usage: bench_entities ROWS.bin [--repeat N] [--expect CLUSTERS]\n");
    return 2;
  }
  AddressId top = 0;
  for (const Participant& row : rows)
    top = std::max(top, row.address);
  std::vector<double> seconds;
  auto forest = UnionForest::create(top + 1);
  for (int i = 0; i < repeat; ++i) {
    forest = UnionForest::create(0);  // gives the last round's memory back, outside the clock
    const double start = cpu_seconds();
    forest = UnionForest::create(top + 1);
    if (!forest) break;
    forest->join_runs(rows, 0, 0);
    seconds.push_back(cpu_seconds() - start);
  }
  if (!forest) {
    std::fprintf(stderr, "error: %s\n", forest.error().message.c_str());
    return 3;
  }
  const Population all = survey(forest->view(), rows);
  const auto micros = time_why(forest->view(), all, 200000);
  const double best = percentile(seconds, 0), typical = median(seconds);
  const double rate = static_cast<double>(rows.size()) / best;
  const double typical_rate = static_cast<double>(rows.size()) / typical;
  std::printf("entities with proofs: %zu inputs, %zu clusters, %zu joins\n", rows.size(),
              all.clusters, forest->edges().size());
  std::printf("  %.1f M inputs per CPU-second (best of %d runs, %.3f s; median %.1f M, %.3f s)\n",
              rate / 1e6, repeat, best, typical_rate / 1e6, typical);
  std::printf("  why: median %.2f us, p99 %.2f us\n", percentile(micros, 0.5),
              percentile(micros, 0.99));
  std::printf(
      "{\"inputs\": %zu, \"clusters\": %zu, \"inputs_per_cpu_second\": %.0f, "
      "\"median_inputs_per_cpu_second\": %.0f, \"why_p99_us\": %.3f}\n",
      rows.size(), all.clusters, rate, typical_rate, percentile(micros, 0.99));
  return expect != 0 && expect != all.clusters ? 1 : 0;
}
