// Earliest arrival over six levels of time-respecting transfers, through the ledger's own query
// path, on a ledger made of rows (source, target, time, cents) of 32 bits each, sorted by time.
//
//   bench_account_trace ROWS.bin LEDGER_DIR SEEDS [--hops N] [--repeat N] [--alone 1]
//
// --alone: in one thread, however wide a level is.
// Writes the ledger first if LEDGER_DIR has none. SEEDS holds one node a line. The last line is one
// JSON document: for each seed the addresses reached, the usable transfers and the best times.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/sha256.h"
#include "bench/measure.h"
#include "graph/account/reach.h"
#include "ledger/account/writer.h"

namespace {

using namespace clew;
using namespace clew::account;

constexpr std::size_t kTransfersPerBlock = 200;  // about what a block of Ethereum has
constexpr std::uint32_t kBytesPerTransfer = 400;

struct Row {
  std::uint32_t from, to, time, cents;
};

struct Arguments {
  std::string rows, ledger, seeds;
  std::uint32_t hops = 6;
  int repeat = 7;
  bool alone = false;
};

chain::Account account_of(std::uint32_t node) {
  chain::Account account{};
  std::memcpy(account.data(), &node, sizeof node);
  return account;
}

Result<void> write_ledger(const Arguments& arguments) {
  std::ifstream file(arguments.rows, std::ios::binary);
  if (!file) return fail(ErrorKind::io, "cannot read " + arguments.rows);
  CLEW_TRY(writer, Writer::open(arguments.ledger, "evm:1"));
  std::vector<Row> rows(kTransfersPerBlock);
  Hash256 parent{};
  for (std::uint64_t number = 0; file; ++number) {
    file.read(reinterpret_cast<char*>(rows.data()),
              static_cast<std::streamsize>(rows.size() * sizeof(Row)));
    const auto count = static_cast<std::size_t>(file.gcount()) / sizeof(Row);
    if (count == 0) break;
    chain::AccountBlock block;
    block.number = number;
    block.parent = parent;
    block.hash = parent = sha256(as_bytes("block " + std::to_string(number)));
    block.time = rows[0].time;
    block.size = static_cast<std::uint32_t>(count) * kBytesPerTransfer;
    for (std::size_t i = 0; i < count; ++i) {
      chain::Transfer transfer;
      transfer.from = account_of(rows[i].from);
      transfer.to = account_of(rows[i].to);
      transfer.value = U256(rows[i].cents);
      block.transfers.push_back(transfer);
    }
    CLEW_CHECK(writer.append(block));
  }
  return writer.commit();
}

struct Timing {
  std::uint64_t addresses = 0, edges = 0, postings = 0;
  std::vector<double> wall, cpu;  // seconds of each run
};

double best(const std::vector<double>& seconds) {
  return *std::min_element(seconds.begin(), seconds.end());
}

Timing time_seed(const Snapshot& snapshot, AddressId seed, const Arguments& arguments) {
  ReachOptions options;
  options.asset = kCoin;
  options.hops_max = arguments.hops;
  options.edges_max = kNone;
  if (arguments.alone) options.beside_from = kNone;
  const std::vector<ReachOrigin> origins = {{seed, 0}};
  Timing timing;
  for (int run = 0; run < arguments.repeat; ++run) {
    const auto cpu = bench::cpu_seconds(), wall = bench::wall_seconds();
    const auto result = reach(snapshot, origins, options);
    timing.wall.push_back(bench::wall_seconds() - wall);
    timing.cpu.push_back(bench::cpu_seconds() - cpu);
    timing.addresses = result.addresses.size();
    timing.edges = result.edges;
    timing.postings = result.postings;
  }
  return timing;
}

std::string list(const std::vector<Timing>& timings, auto&& field) {
  std::string text;
  for (const auto& timing : timings)
    text += (text.empty() ? "" : ", ") + std::string(field(timing));
  return "[" + text + "]";
}

int run(const Arguments& arguments) {
  if (!std::filesystem::exists(arguments.ledger)) {
    const auto start = bench::cpu_seconds();
    if (const auto written = write_ledger(arguments); !written) {
      std::fprintf(stderr, "%s\n", written.error().message.c_str());
      return 3;
    }
    std::printf("ledger written in %.1f CPU-seconds\n", bench::cpu_seconds() - start);
  }
  const auto snapshot = Snapshot::open(arguments.ledger);
  if (!snapshot) {
    std::fprintf(stderr, "%s\n", snapshot.error().message.c_str());
    return 3;
  }
  std::vector<Timing> timings;
  std::ifstream seeds(arguments.seeds);
  for (std::uint32_t node = 0; seeds >> node;) {
    const auto seed = snapshot->find_address(account_of(node));
    if (!seed) continue;
    timings.push_back(time_seed(*snapshot, *seed, arguments));
    const auto& t = timings.back();
    std::printf(
        "node %u: %llu addresses, %llu edges, %llu postings; best %.3f ms, %.3f CPU-ms, median "
        "%.3f, %.3f; best %.1f M edges/s, %.1f M/CPU-s\n",
        node, static_cast<unsigned long long>(t.addresses),
        static_cast<unsigned long long>(t.edges), static_cast<unsigned long long>(t.postings),
        best(t.wall) * 1e3, best(t.cpu) * 1e3, bench::median(t.wall) * 1e3,
        bench::median(t.cpu) * 1e3, static_cast<double>(t.edges) / best(t.wall) / 1e6,
        static_cast<double>(t.edges) / best(t.cpu) / 1e6);
  }
  std::printf(
      "{\"transfers\": %llu, \"addresses\": %s, \"edges\": %s, \"seconds\": %s, "
      "\"cpu_seconds\": %s}\n",
      static_cast<unsigned long long>(snapshot->transfer_count()),
      list(timings, [](const Timing& t) { return std::to_string(t.addresses); }).c_str(),
      list(timings, [](const Timing& t) { return std::to_string(t.edges); }).c_str(),
      list(timings, [](const Timing& t) { return std::to_string(best(t.wall)); }).c_str(),
      list(timings, [](const Timing& t) { return std::to_string(best(t.cpu)); }).c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (argc < 4) {
    std::fprintf(stderr, "bench_account_trace ROWS.bin LEDGER_DIR SEEDS [--hops N] [--repeat N]\n");
    return 2;
  }
  arguments.rows = argv[1];
  arguments.ledger = argv[2];
  arguments.seeds = argv[3];
  for (int i = 4; i + 1 < argc; i += 2) {
    if (std::string(argv[i]) == "--hops") arguments.hops = std::strtoul(argv[i + 1], nullptr, 10);
    if (std::string(argv[i]) == "--repeat") arguments.repeat = std::atoi(argv[i + 1]);
    if (std::string(argv[i]) == "--alone") arguments.alone = std::atoi(argv[i + 1]) != 0;
  }
  return run(arguments);
}
