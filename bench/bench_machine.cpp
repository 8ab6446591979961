// What this machine can do at best, for the share of it that the other benchmarks reach:
//   bench_machine [--megabytes N]
// Reads through N MB (256 if not said): in order, at random with each address known in advance, and
// at random with each address depending on the read before; then first writes to new memory, for
// which the kernel clears pages. The last line is one JSON document for scripts.
#include <sys/mman.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <vector>

#include "bench/measure.h"

namespace {

using clew::bench::cpu_seconds;

constexpr std::size_t kLine = 64;  // bytes of a cache line
constexpr std::size_t kWords = kLine / sizeof(std::uint64_t);

std::uint64_t mix(std::uint64_t x) {  // SplitMix64 (Steele, Lea, Flood 2014)
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

// One line in each place; each names another, in one cycle through all (Sattolo's shuffle).
std::vector<std::uint64_t> make_cycle(std::size_t lines) {
  std::vector<std::uint64_t> order(lines);
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = lines - 1; i > 0; --i)
    std::swap(order[i], order[mix(i) % i]);
  std::vector<std::uint64_t> memory(lines * kWords);
  for (std::size_t i = 0; i < lines; ++i)
    memory[i * kWords] = order[i];
  return memory;
}

template <class Body>
double best_seconds(Body body) {
  double best = 1e9;
  for (int round = 0; round < 5; ++round) {
    const double start = cpu_seconds();
    body();
    best = std::min(best, cpu_seconds() - start);
  }
  return best;
}

double first_write_seconds(std::size_t bytes) {
  return best_seconds([bytes] {
    void* at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) return;
    std::memset(at, 1, bytes);
    ::munmap(at, bytes);
  });
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t megabytes = 256;
  if (argc == 3 && std::strcmp(argv[1], "--megabytes") == 0)
    megabytes = std::max<std::size_t>(1, std::strtoull(argv[2], nullptr, 10));
  const std::size_t lines = megabytes * 1'000'000 / kLine, reads = 4'000'000;
  const auto memory = make_cycle(lines);
  volatile std::uint64_t sink = 0;
  const double stream =
      best_seconds([&] { sink = std::accumulate(memory.begin(), memory.end(), std::uint64_t{0}); });
  const double known = best_seconds([&] {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < reads; ++i)
      sum += memory[mix(i) % lines * kWords];
    sink = sum;
  });
  const double chained = best_seconds([&] {
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < reads; ++i)
      at = memory[at * kWords];
    sink = at;
  });
  const double bytes = static_cast<double>(lines * kLine);
  const double stream_gb = bytes / stream / 1e9;
  const double write_gb = bytes / first_write_seconds(lines * kLine) / 1e9;
  const double known_ns = known / static_cast<double>(reads) * 1e9;
  const double chained_ns = chained / static_cast<double>(reads) * 1e9;
  std::printf(
      "memory of %zu MB: %.1f GB/s in order; %.1f ns a random read whose address is known, %.1f ns "
      "one that depends on the read before; first write to new memory %.1f GB/s\n",
      megabytes, stream_gb, known_ns, chained_ns, write_gb);
  std::printf(
      "{\"stream_gb_s\": %.2f, \"known_read_ns\": %.2f, \"chained_read_ns\": %.1f, "
      "\"first_write_gb_s\": %.2f}\n",
      stream_gb, known_ns, chained_ns, write_gb);
}
