#include "ingest/node/node_pool.h"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <thread>

#include "ingest/node/request_limit.h"
#include "net/back_off.h"
#include "net/deadline.h"

namespace clew::ingest {
namespace {

constexpr double kSleepMax = 0.05;  // between looks at the stop flag
constexpr int kFailuresMax = 1000;
// A node that failed is tried again when the others are half busy: then it is worth the risk.
constexpr double kLoadOfDoubtful = 0.5;
constexpr std::int64_t kLimitExceeded = -32005;  // EIP-1474

std::string lower(std::string text) {
  for (char& c : text)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

// A URL or key that was never right does not become so by waiting.
bool says_wrong_address(const RpcFailure& failure) {
  return failure.fault == RpcFault::status && (failure.status == 400 || failure.status == 401 ||
                                               failure.status == 404 || failure.status == 405);
}

struct Node {
  Node(std::unique_ptr<RpcClient> given, const PoolOptions& options)
      : client(std::move(given)), limit(options.concurrency_first, options.concurrency_max) {
    report.url = client->url().shown();
  }

  std::unique_ptr<RpcClient> client;
  RequestLimit limit;
  int failures_in_row = 0;
  double rests_until = 0;
  bool asked_beside = false;  // by call_each, which has not heard yet
  NodeReport report;
};

}  // namespace

bool asks_to_slow_down(const RpcError& error) {
  if (error.code == kLimitExceeded || error.code == 429) return true;
  const std::string said = lower(error.message);
  for (const char* words : {"rate limit", "ratelimit", "too many requests", "request limit",
                            "capacity", "exceeded the frequency", "try again later"}) {
    if (said.find(words) != said.npos) return true;
  }
  return false;
}

struct NodePool::Impl {
  explicit Impl(const PoolOptions& given) : options(given) {
    if (!options.random) options.random = net::machine_random();
  }

  PoolOptions options;
  mutable std::mutex mutex;
  std::condition_variable freed;
  std::vector<std::unique_ptr<Node>> nodes;
  std::vector<std::thread> beside;     // of call_each
  std::vector<std::thread::id> ended;  // those of them that need nothing any more but to be joined

  // What a call found when it looked for a node: one, or how long to sleep, or neither if one that
  // is busy has to end something first.
  struct Choice {
    std::optional<std::size_t> node;
    std::optional<double> sleep_seconds;
  };
  using Lock = std::unique_lock<std::mutex>;

  void join_ended() {
    for (const auto id : ended) {
      const auto thread = std::ranges::find(beside, id, &std::thread::get_id);
      thread->join();
      beside.erase(thread);
    }
    ended.clear();
  }
  bool stopped() const { return options.stop != nullptr && *options.stop; }
  Choice choose(std::optional<std::size_t> only) const;
  Result<std::size_t> wait_for_node(Lock& lock, double give_up, std::optional<std::size_t> only);
  std::optional<RpcResult<RpcAnswers>> ask(Lock& lock, Node& node, std::span<const RpcCall> calls);
  bool settle(Node& node, std::uint64_t ticket, const RpcResult<RpcAnswers>& result);
  void send_to_rest(Node& node, std::optional<double> asked_seconds);
  Error nobody(std::optional<std::size_t> only) const;
};

NodePool::Impl::Choice NodePool::Impl::choose(std::optional<std::size_t> only) const {
  const double now = options.clock->now();
  Choice choice;
  double least_load = 2, first_up = std::numeric_limits<double>::infinity();
  bool busy = false;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    Node& node = *nodes[i];
    if (node.report.bench || (only && *only != i)) continue;
    if (node.rests_until > now) {
      first_up = std::min(first_up, node.rests_until);
      continue;
    }
    if (!node.limit.has_room()) {
      busy = true;
      continue;
    }
    // Failed before: one request is enough to see whether it is well again.
    if (node.failures_in_row > 0 && node.limit.running() > 0) {
      busy = true;
      continue;
    }
    const double load = node.failures_in_row > 0
                            ? kLoadOfDoubtful
                            : static_cast<double>(node.limit.running()) / node.limit.limit();
    if (load < least_load) {
      least_load = load;
      choice.node = i;
    }
  }
  if (!choice.node && !busy && std::isfinite(first_up)) choice.sleep_seconds = first_up - now;
  return choice;
}

Error NodePool::Impl::nobody(std::optional<std::size_t> only) const {
  std::string message = "no node answers";
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (only && *only != i) continue;
    const NodeReport& report = nodes[i]->report;
    message += i == 0 || only ? ": " : "; ";
    if (report.bench) {
      message += report.url + " is not asked any more: " + *report.bench;
    } else {
      message += report.last_failure.empty() ? report.url + " is busy" : report.last_failure;
    }
  }
  return {ErrorKind::network, message};
}

Result<std::size_t> NodePool::Impl::wait_for_node(Lock& lock, double give_up,
                                                  std::optional<std::size_t> only) {
  for (;;) {
    if (stopped()) return fail(ErrorKind::stopped, "stopped");
    const Choice choice = choose(only);
    if (choice.node) return *choice.node;
    const double left = give_up - options.clock->now();
    const bool any = std::ranges::any_of(nodes, [&](const auto& node) {
      return !node->report.bench && (!only || nodes[*only].get() == node.get());
    });
    if (left <= 0 || !any) return fail(nobody(only));
    if (!choice.sleep_seconds) {
      freed.wait_for(lock, std::chrono::duration<double>(kSleepMax));
      continue;
    }
    lock.unlock();
    options.clock->sleep(std::min({*choice.sleep_seconds, left, kSleepMax}));
    lock.lock();
  }
}

void NodePool::Impl::send_to_rest(Node& node, std::optional<double> asked_seconds) {
  node.failures_in_row = std::min(node.failures_in_row + 1, kFailuresMax);
  const net::BackOff back_off{.first_seconds = options.rest_seconds_first,
                              .max_seconds = options.rest_seconds_max,
                              .asked_seconds_max = options.retry_after_seconds_max};
  const double rest = back_off.seconds(node.failures_in_row, asked_seconds, options.random());
  node.rests_until = std::max(node.rests_until, options.clock->now() + rest);
}

// Whether the caller is to have it: answers, or that he told us to stop.
bool NodePool::Impl::settle(Node& node, std::uint64_t ticket, const RpcResult<RpcAnswers>& result) {
  if (result) {
    for (std::size_t i = 0; i < result->size(); ++i) {
      const RpcEnvelope& answer = (*result)[i];
      if (!answer.error || !asks_to_slow_down(*answer.error)) continue;
      ++node.report.refusals;
      node.report.last_failure = node.report.url + ": " + answer.error->message;
      node.limit.end_overloaded(ticket);
      send_to_rest(node, std::nullopt);
      return false;
    }
    node.failures_in_row = 0;
    node.report.bytes += result->bytes();
    node.limit.end_well();
    return true;
  }
  const RpcFailure& failure = result.error();
  if (failure.fault == RpcFault::stopped) {
    node.limit.end_neutral();
    return true;
  }
  ++(failure.fault == RpcFault::status ? node.report.refusals : node.report.failures);
  node.report.last_failure = failure.message;
  const bool unreachable = failure.fault == RpcFault::network && options.first_tries_max &&
                           node.failures_in_row + 1 >= *options.first_tries_max;
  if (node.report.bytes == 0 && (unreachable || says_wrong_address(failure)))
    node.report.bench = failure.message;
  node.limit.end_overloaded(ticket);
  send_to_rest(node, failure.retry_after_seconds);
  return false;
}

// Nothing if another node is to be asked.
std::optional<RpcResult<RpcAnswers>> NodePool::Impl::ask(Lock& lock, Node& node,
                                                         std::span<const RpcCall> calls) {
  const std::uint64_t ticket = node.limit.begin();
  ++node.report.requests;
  lock.unlock();
  auto result = node.client->call(calls);
  lock.lock();
  const bool good = settle(node, ticket, result);
  freed.notify_all();
  if (!good) return std::nullopt;
  return result;
}

NodePool::NodePool(std::vector<std::unique_ptr<RpcClient>> nodes, const PoolOptions& options)
    : impl_(std::make_unique<Impl>(options)) {
  for (auto& node : nodes)
    impl_->nodes.push_back(std::make_unique<Node>(std::move(node), impl_->options));
}

NodePool::~NodePool() {
  for (auto& asking : impl_->beside)
    asking.join();
}

Result<NodePool::Served> NodePool::call(std::span<const RpcCall> calls,
                                        std::optional<std::size_t> only) {
  if (only && *only >= impl_->nodes.size()) return fail(ErrorKind::usage, "no such node");
  Impl::Lock lock(impl_->mutex);
  const double give_up = impl_->options.clock->now() + impl_->options.patience_seconds;
  for (;;) {
    CLEW_TRY(place, impl_->wait_for_node(lock, give_up, only));
    auto result = impl_->ask(lock, *impl_->nodes[place], calls);
    if (!result) continue;
    if (!*result) return fail(result->error().error());
    return Served{std::move(**result), place};
  }
}

std::vector<NodePool::Served> NodePool::call_each(std::span<const RpcCall> calls, double seconds) {
  // What the threads share with this call, which may be gone when the slowest ends.
  struct Heard {
    std::vector<RpcCall> calls;
    std::vector<Served> served;
    std::size_t running = 0;
  };
  auto heard = std::make_shared<Heard>();
  heard->calls.assign(calls.begin(), calls.end());
  Impl::Lock lock(impl_->mutex);
  const double now = impl_->options.clock->now();
  for (std::size_t place = 0; place < impl_->nodes.size(); ++place) {
    Node& node = *impl_->nodes[place];
    if (node.report.bench || node.rests_until > now || node.asked_beside) continue;
    node.asked_beside = true;
    ++heard->running;
    impl_->beside.emplace_back([this, heard, place, &node] {
      Impl::Lock held(impl_->mutex);
      auto result = impl_->ask(held, node, heard->calls);
      if (result && *result) heard->served.push_back({std::move(**result), place});
      node.asked_beside = false;
      --heard->running;
      impl_->ended.push_back(std::this_thread::get_id());
      impl_->freed.notify_all();
    });
  }
  const net::Deadline deadline(seconds, impl_->options.stop);
  while (heard->running > 0 && !deadline.stopped() && !deadline.passed())
    impl_->freed.wait_for(lock, deadline.slice());
  impl_->join_ended();
  auto served = std::move(heard->served);
  std::ranges::sort(served, {}, &Served::node);
  return served;
}

void NodePool::bench(std::size_t node, std::string why) {
  const std::lock_guard lock(impl_->mutex);
  auto& bench = impl_->nodes.at(node)->report.bench;
  if (!bench) bench = std::move(why);
  impl_->freed.notify_all();
}

void NodePool::rest(std::size_t node, std::string why) {
  const std::lock_guard lock(impl_->mutex);
  Node& resting = *impl_->nodes.at(node);
  ++resting.report.failures;
  resting.report.last_failure = resting.report.url + ": " + why;
  impl_->send_to_rest(resting, std::nullopt);
}

bool NodePool::bench_unless_last(std::size_t node, std::string why) {
  {
    const std::lock_guard lock(impl_->mutex);
    auto& bench = impl_->nodes.at(node)->report.bench;
    const auto others = std::ranges::count_if(impl_->nodes, [&](const auto& other) {
      return !other->report.bench && other != impl_->nodes[node];
    });
    if (bench || others > 0) {
      if (!bench) bench = std::move(why);
      impl_->freed.notify_all();
      return true;
    }
  }
  rest(node, std::move(why));
  return false;
}

std::size_t NodePool::size() const {
  return impl_->nodes.size();
}

std::size_t NodePool::in_play() const {
  const std::lock_guard lock(impl_->mutex);
  return static_cast<std::size_t>(
      std::ranges::count_if(impl_->nodes, [](const auto& node) { return !node->report.bench; }));
}

bool NodePool::benched(std::size_t node) const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->nodes.at(node)->report.bench.has_value();
}

std::vector<NodeReport> NodePool::report() const {
  std::vector<NodeReport> reports;
  const std::lock_guard lock(impl_->mutex);
  for (const auto& node : impl_->nodes) {
    reports.push_back(node->report);
    reports.back().concurrency = node->limit.limit();
  }
  return reports;
}

}  // namespace clew::ingest
