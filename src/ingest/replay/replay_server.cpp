#include "ingest/replay/replay_server.h"

#include <chrono>
#include <limits>
#include <mutex>
#include <thread>

#include "ingest/replay/params.h"
#include "ingest/replay/recorded_backend.h"
#include "ingest/replay/subscriptions.h"
#include "ingest/replay/world_backend.h"

namespace clew::replay {
namespace {

// Adds the methods by which tests move a node on: clew_advance, with the number of steps, whose
// result is the number of those that there were; clew_show, with a head and a branch.
class Steered final : public Backend {
 public:
  Steered(Backend& backend, ReplayServer& server) : backend_(backend), server_(server) {}

  Reply call(std::string_view method, const Json& params, Faults& faults) override {
    if (method == "clew_advance") {
      const auto done = server_.advance(number(params, 0).value_or(1));
      if (!done) return refuse(kServerError, done.error().message);
      return std::to_string(*done);
    }
    if (method == "clew_show") {
      const auto head = number(params, 0);
      const std::uint64_t branch = number(params, 1).value_or(0);
      if (!head || branch > std::numeric_limits<std::uint32_t>::max())
        return refuse(kInvalidParams, "clew_show: the number of a block, and that of a branch");
      const auto done = server_.show(static_cast<std::uint32_t>(branch), *head);
      if (!done) return refuse(kInvalidParams, done.error().message);
      return "true";
    }
    return backend_.call(method, params, faults);
  }

 private:
  static std::optional<std::uint64_t> number(const Json& params, std::size_t i) {
    const Json& value = param(params, i);
    if (!value.is_number_unsigned()) return std::nullopt;
    return value.get<std::uint64_t>();
  }

  Backend& backend_;
  ReplayServer& server_;
};

class WorldServer final : public ReplayServer {
 public:
  WorldServer(const ReplayOptions& options, std::unique_ptr<WorldChain> chain)
      : options_(options),
        chain_(std::move(chain)),
        faults_(options.faults),
        backend_(*chain_, options.without),
        steered_(backend_, *this),
        service_(steered_, faults_),
        subscriptions_(*chain_, service_, faults_) {}
  ~WorldServer() override {
    if (server_) server_->stop();
  }

  Result<void> listen(const net::ServerOptions& options) {
    net::Route route;
    route.path = "/*";
    route.handler = [this](const net::Request& request) { return service_.answer_http(request); };
    route.websocket = subscriptions_.events();
    CLEW_TRY(server, net::Server::start(options, {route}));
    server_ = std::move(server);
    return {};
  }

  std::uint16_t port() const override { return server_->port(); }
  std::string url(std::string_view scheme) const override { return server_->url(scheme); }

  // One at a time, so that subscribers hear of blocks in order.
  Result<std::size_t> advance(std::size_t steps) override {
    const std::lock_guard lock(advancing_);
    for (std::size_t done = 0; done < steps; ++done) {
      const auto change = chain_->advance();
      if (!change) return done;
      CLEW_CHECK(subscriptions_.tell(*change));
    }
    return steps;
  }

  Result<void> show(std::uint32_t branch, std::uint64_t head) override {
    const std::lock_guard lock(advancing_);
    CLEW_TRY(change, chain_->show(branch, head));
    return subscriptions_.tell(change);
  }

  Result<void> run(const std::atomic<bool>& stop) override {
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    for (std::size_t steps = 1; !stop; ++steps) {
      const bool waits = options_.blocks_per_second <= 0 || chain_->steps_left() == 0;
      const double due = waits ? std::numeric_limits<double>::infinity()
                               : static_cast<double>(steps) / options_.blocks_per_second;
      while (!stop && std::chrono::duration<double>(Clock::now() - start).count() < due)
        std::this_thread::sleep_for(std::chrono::duration<double>(
            std::min(0.05, due - std::chrono::duration<double>(Clock::now() - start).count())));
      if (stop) break;
      CLEW_TRY(done, advance(1));
      (void)done;
    }
    return {};
  }

 private:
  ReplayOptions options_;
  std::unique_ptr<WorldChain> chain_;
  Faults faults_;
  WorldBackend backend_;
  Steered steered_;
  RpcService service_;
  Subscriptions subscriptions_;
  std::mutex advancing_;
  std::unique_ptr<net::Server> server_;
};

class RecordedServer final : public ReplayServer {
 public:
  RecordedServer(const ReplayOptions& options, std::unique_ptr<RecordedBackend> backend)
      : backend_(std::move(backend)), faults_(options.faults), service_(*backend_, faults_) {}
  ~RecordedServer() override {
    if (server_) server_->stop();
  }

  Result<void> listen(const net::ServerOptions& options) {
    net::Route route;
    route.path = "/*";
    route.handler = [this](const net::Request& request) { return service_.answer_http(request); };
    CLEW_TRY(server, net::Server::start(options, {route}));
    server_ = std::move(server);
    return {};
  }

  std::uint16_t port() const override { return server_->port(); }
  std::string url(std::string_view scheme) const override { return server_->url(scheme); }
  Result<std::size_t> advance(std::size_t) override { return 0; }
  Result<void> show(std::uint32_t, std::uint64_t) override {
    return fail(ErrorKind::usage, "recorded answers have no other chain to show");
  }
  Result<void> run(const std::atomic<bool>& stop) override {
    while (!stop)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    return {};
  }

 private:
  std::unique_ptr<RecordedBackend> backend_;
  Faults faults_;
  RpcService service_;
  std::unique_ptr<net::Server> server_;
};

}  // namespace

Result<std::unique_ptr<ReplayServer>> ReplayServer::start(const ReplayOptions& options,
                                                          FileSystem& files) {
  if (options.sources.empty())
    return fail(ErrorKind::usage, "replay: no world and no recorded answers");
  net::ServerOptions listening;
  listening.address = options.address;
  listening.port = options.port;
  listening.threads = options.threads;
  const bool is_world = files.exists(options.sources.front() + "/world.json");
  if (!is_world) {
    CLEW_TRY(backend, RecordedBackend::open(files, options.sources));
    auto server = std::make_unique<RecordedServer>(options, std::move(backend));
    CLEW_CHECK(server->listen(listening));
    return server;
  }
  if (options.sources.size() > 1) return fail(ErrorKind::usage, "replay: one world at a time");
  WorldOptions world = options.world;
  if (options.whole) world.first_head = std::numeric_limits<std::uint64_t>::max();
  CLEW_TRY(chain, WorldChain::open(files, options.sources.front(), world));
  auto server = std::make_unique<WorldServer>(options, std::move(chain));
  CLEW_CHECK(server->listen(listening));
  return server;
}

}  // namespace clew::replay
