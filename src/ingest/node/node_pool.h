// Several nodes of one chain behind one call: each asked as hard as it can take and no harder, left
// in peace when it refuses, left for another when it fails, and set aside when it was found lying.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "ingest/node/rpc_client.h"

namespace clew::ingest {

struct PoolOptions {
  // Requests at once to one node. Grows by one for as many good answers as run at once, is halved
  // when the node refuses, breaks off or is too slow.
  double concurrency_first = 4, concurrency_max = 32;
  // After n failures in a row a node rests for a random time up to first * 2^(n-1), and no more
  // than max; longer if it says so itself (Retry-After), but no more than retry_after_max.
  double rest_seconds_first = 0.25, rest_seconds_max = 30, retry_after_seconds_max = 300;
  // How long a call looks for a node that answers before it gives up.
  double patience_seconds = 120;
  // After so many failures to reach a node that never answered it is given up, as a wrong URL is:
  // for who has one question and does not wait for a node to start.
  std::optional<int> first_tries_max;
  const std::atomic<bool>* stop = nullptr;  // ends waiting calls
  Clock* clock = &real_clock();
  std::function<std::uint64_t()> random;  // 64 random bits; null: of the machine
};

// How one node did.
struct NodeReport {
  std::string url;             // without secrets
  std::uint64_t requests = 0;  // sent
  std::uint64_t bytes = 0;     // of good answers
  std::uint64_t failures = 0;  // broken off, too slow, malformed
  std::uint64_t refusals = 0;  // asked to slow down, or other HTTP statuses
  std::string last_failure;    // why, or empty
  // Why it is not asked any more: what the caller found, or that its URL or key was never right.
  std::optional<std::string> bench;
  double concurrency = 0;  // at the end
};

// For several threads at once.
class NodePool {
 public:
  struct Served {
    RpcAnswers answers;
    std::size_t node = 0;  // who said so, to be blamed if need be
  };

  NodePool(std::vector<std::unique_ptr<RpcClient>> nodes, const PoolOptions& options);
  ~NodePool();  // waits for what still runs of call_each

  // The answers of the first node that gives some: an error it has for a call is an answer too,
  // unless it is that too much was asked. Blocks until a node is free, at most patience_seconds.
  // `only` restricts the choice to one node. network if none answered in time, naming each with its
  // last reason, or all are benched; stopped.
  Result<Served> call(std::span<const RpcCall> calls, std::optional<std::size_t> only = {});
  // The same of every node that is neither benched nor resting, asked all at once: what they said
  // within `seconds`, in the order of the nodes. A slow one is not asked again this way before it
  // has answered or failed, and delays nobody else.
  std::vector<Served> call_each(std::span<const RpcCall> calls, double seconds);

  // What the caller found wrong with a node's answers. Benched, it is asked no more; rested, only
  // after a while: it may just be behind.
  void bench(std::size_t node, std::string why);
  void rest(std::size_t node, std::string why);
  // Benched, unless it is the last one in play, which only rests: false then.
  bool bench_unless_last(std::size_t node, std::string why);

  std::size_t size() const;
  std::size_t in_play() const;  // not benched
  bool benched(std::size_t node) const;
  std::vector<NodeReport> report() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Whether a node's error for a call means that it is asked too much, not that the call is wrong.
bool asks_to_slow_down(const RpcError& error);

}  // namespace clew::ingest
