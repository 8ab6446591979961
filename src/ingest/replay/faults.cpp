#include "ingest/replay/faults.h"

#include "ingest/simulate/rng.h"

namespace clew::replay {
namespace {

constexpr std::array<std::string_view, kFaults> kNames = {"wrong-parent",
                                                          "changed-block",
                                                          "swapped-receipts",
                                                          "changed-receipts",
                                                          "missing-logs",
                                                          "changed-traces",
                                                          "missing-traces",
                                                          "null-result",
                                                          "stale-head",
                                                          "half-json",
                                                          "endless",
                                                          "wrong-id",
                                                          "server-error",
                                                          "429",
                                                          "429-retry-after",
                                                          "slow",
                                                          "reset",
                                                          "dropped-head",
                                                          "dropped-socket"};

}  // namespace

std::string_view name(Fault fault) {
  return kNames[static_cast<std::size_t>(fault)];
}

std::optional<Fault> find_fault(std::string_view name) {
  for (std::size_t i = 0; i < kFaults; ++i)
    if (kNames[i] == name) return static_cast<Fault>(i);
  return std::nullopt;
}

std::uint64_t Faults::draw(std::uint64_t what) {
  const std::uint64_t count = draws_.fetch_add(1, std::memory_order_relaxed);
  return simulate::split_mix(simulate::split_mix(plan_.seed * 64 + what) ^ count);
}

bool Faults::decide(Fault fault) {
  const double chance = plan_.chances[static_cast<std::size_t>(fault)];
  if (chance <= 0 || requests_.load(std::memory_order_relaxed) <= plan_.spared) return false;
  constexpr double kWhole = 18446744073709551616.0;  // 2^64
  return static_cast<double>(draw(static_cast<std::uint64_t>(fault))) < chance * kWhole;
}

bool Faults::strikes(Fault fault) {
  return decide(fault);
}

std::uint64_t Faults::pick(std::uint64_t n) {
  return n == 0 ? 0 : draw(kFaults) % n;
}

std::optional<Fault> Faults::busy() {
  for (std::uint32_t left = storm_.load(); left != 0;)
    if (storm_.compare_exchange_weak(left, left - 1)) return storm_kind_.load();
  for (const Fault kind : {Fault::busy, Fault::busy_hint}) {
    if (!decide(kind)) continue;
    storm_kind_ = kind;
    storm_ = plan_.busy_requests;
    return kind;
  }
  return std::nullopt;
}

}  // namespace clew::replay
