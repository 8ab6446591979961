// Misbehaviour on purpose, as nodes, their caches and the proxies before them show it. What strikes
// is decided by a seed and the number of times that was asked: the same requests in the same order
// meet the same faults.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace clew::replay {

enum class Fault : std::uint8_t {
  wrong_parent,      // a block names another parent; its hash is that of what it says
  changed_block,     // a transaction of a block moves another amount
  swapped_receipts,  // two receipts of a block change places
  changed_receipts,  // a log says something else
  missing_logs,      // a receipt has lost its logs
  changed_traces,    // a call moves another amount
  missing_traces,    // a block's last calls are not told
  null_result,       // nothing is known
  stale_head,        // the head is some blocks old
  half_json,         // the answer breaks off
  endless,           // the answer never ends
  wrong_id,          // the answer is to another request
  server_error,      // a JSON-RPC error for no reason
  busy,              // 429, for several requests on end
  busy_hint,         // the same, with Retry-After
  slow,              // the answer comes late
  reset,             // the connection breaks off within the answer
  dropped_head,      // a subscriber is not told of a block
  dropped_socket,    // a WebSocket breaks off
};
constexpr std::size_t kFaults = 19;
std::string_view name(Fault fault);  // "wrong-parent"
std::optional<Fault> find_fault(std::string_view name);

struct FaultPlan {
  std::array<double, kFaults> chances{};  // by Fault, 0 to 1
  std::uint64_t seed = 1;
  std::uint64_t spared = 0;  // so many requests are answered well first
  double slow_seconds = 2;
  std::uint32_t busy_requests = 5;  // that one 429 is followed by
  std::uint32_t stale_blocks = 8;
};

// May be asked from several threads.
class Faults {
 public:
  explicit Faults(const FaultPlan& plan) : plan_(plan) {}

  const FaultPlan& plan() const { return plan_; }
  // Before each request.
  void count_request() { requests_.fetch_add(1, std::memory_order_relaxed); }
  bool strikes(Fault fault);
  // Evenly below `n`, for the place where a fault goes.
  std::uint64_t pick(std::uint64_t n);
  // Whether a storm of 429 is on; begins one now and then. The kind of storm.
  std::optional<Fault> busy();

 private:
  std::uint64_t draw(std::uint64_t what);
  bool decide(Fault fault);

  FaultPlan plan_;
  std::atomic<std::uint64_t> requests_ = 0, draws_ = 0;
  std::atomic<std::uint32_t> storm_ = 0;  // requests that it has left
  std::atomic<Fault> storm_kind_ = Fault::busy;
};

}  // namespace clew::replay
