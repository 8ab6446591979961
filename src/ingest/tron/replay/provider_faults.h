// Misbehaviour on purpose, as providers of data, their caches and the proxies before them show it.
// What strikes is decided by a seed and the number of times that was asked: the same requests in
// the same order meet the same faults.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "net/server.h"

namespace clew::replay {

enum class ProviderFault : std::uint8_t {
  // Limits, as TronGrid documents them or has answered.
  limit_403,     // "...suspended for Ns", {"Success", "Error", "StatusCode"}
  limit_429,     // with Retry-After
  limit_503,     // {"Error"} alone
  limit_200,     // the same words in an answer that calls itself good
  server_error,  // 500
  outage,        // the connection breaks off before a byte of the body
  half,          // the body breaks off
  cut,           // the body is half of what it should be, and says that this is all
  html,          // a page for people
  wrong_type,    // a good answer that calls itself text/html
  failed,        // "success": false
  endless,       // the body has no end
  slow,          // the answer comes late
  // Of histories.
  foreign_rows,      // rows of another address
  repeated_rows,     // a page begins with the last rows of the one before
  shuffled_rows,     // a page is not in order
  swapped_pages,     // two pages have changed places
  circle,            // the fingerprint leads back to the same page
  expired,           // the fingerprint is not taken any more
  lost_fingerprint,  // there are more rows, but no fingerprint
};
constexpr std::size_t kProviderFaults = 20;
std::string_view name(ProviderFault fault);  // "limit-403"
std::optional<ProviderFault> find_provider_fault(std::string_view name);

struct ProviderFaultPlan {
  std::array<double, kProviderFaults> chances{};      // by fault, 0 to 1
  std::map<std::uint64_t, ProviderFault> at_request;  // besides: by number of request, from 1 on
  std::uint64_t seed = 1;
  std::uint64_t spared = 0;  // so many requests are answered well first
  double slow_seconds = 2;
  unsigned suspended_seconds = 30;  // that a limit asks for
  std::size_t repeated_rows = 3;
};

// May be asked from several threads.
class ProviderFaults {
 public:
  explicit ProviderFaults(const ProviderFaultPlan& plan) : plan_(plan) {}

  const ProviderFaultPlan& plan() const { return plan_; }
  // Before each request: its number, from 1 on.
  std::uint64_t count_request() { return ++requests_; }
  std::uint64_t requests() const { return requests_; }
  // Whether a fault strikes the request of that number.
  bool strikes(ProviderFault fault, std::uint64_t request);
  // Whether it strikes the thing of that number, each time anew the same.
  bool always_strikes(ProviderFault fault, std::uint64_t thing) const;
  std::uint64_t draw();
  // The first of those that concern any answer, if one strikes.
  std::optional<ProviderFault> of_transport(std::uint64_t request);
  // What becomes of a good answer.
  net::Answer spoil(ProviderFault fault, net::Answer good) const;

 private:
  ProviderFaultPlan plan_;
  std::atomic<std::uint64_t> requests_ = 0, draws_ = 0;
};

}  // namespace clew::replay
