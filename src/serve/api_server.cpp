#include "serve/api_server.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/file.h"
#include "net/exchange.h"
#include "serve/api.h"
#include "serve/rate_keeper.h"

namespace clew::serve {
namespace {

class RunningServer final : public ApiServer {
 public:
  ~RunningServer() override { stop(); }

  Result<void> start(const ApiServerOptions& options) {
    grace_seconds_ = options.net.grace_seconds;
    secure_ = !options.net.tls_certificate.empty();
    CLEW_CHECK(real_files().make_directories(options.directory));
    CLEW_TRY(keys, KeyStore::open(keys_path(options.directory)));
    keys_ = std::move(keys);
    CLEW_TRY(log, RequestLog::open(options.log_file));
    log_ = std::move(log);
    CLEW_CHECK(open_examiner(options));
    CLEW_TRY(routes, make_api({.directory = options.directory,
                               .version = options.version,
                               .metrics = [this] { return metrics_.text(); },
                               .check = [this] { return keys_->check(); },
                               .tron_anomalies = tron_answer()}));
    routes_ = std::move(routes);
    auto limits = options.limits;
    limits.body_bytes_max = options.net.request_bytes_max;
    limits.answer_seconds = options.net.answer_seconds;
    service_ = std::make_unique<Service>(
        Service::Parts{*routes_, *keys_, metrics_, *log_, real_clock()}, limits);
    CLEW_TRY(keeper, RateKeeper::start(keys_path(options.directory), service_->key_rates(), *log_,
                                       real_clock()));
    keeper_ = std::move(keeper);
    CLEW_TRY(server, net::start_service(options.net, [this](const std::string& client) {
               return service_->begin(client);
             }));
    server_ = std::move(server);
    return {};
  }

  void stop() override {
    if (!server_) return;
    // Answers under way may wait for providers as long as they have; then nobody gets them.
    const std::jthread grace([this](const std::stop_token& stopped) {
      std::unique_lock lock(grace_mutex_);
      grace_over_.wait_for(lock, stopped, std::chrono::duration<double>(grace_seconds_),
                           [] { return false; });
      stopping_ = true;
    });
    server_->stop();
  }
  std::string url() const override { return server_->url(secure_ ? "https" : "http"); }

 private:
  Result<void> open_examiner(const ApiServerOptions& options) {
    if (options.tron.url.empty()) return {};
    auto how = options.tron;
    how.directory = options.directory;
    how.stop = &stopping_;
    CLEW_TRY(examiner, examine::TronExaminer::open(std::move(how)));
    examiner_ = std::move(examiner);
    return {};
  }
  TronAnswer tron_answer() {
    if (!examiner_) return {};
    return [this](const examine::TronQuestion& question, double patience_seconds) {
      return examiner_->answer(question, patience_seconds);
    };
  }

  bool secure_ = false;
  double grace_seconds_ = 0;
  std::mutex grace_mutex_;
  std::condition_variable_any grace_over_;
  std::atomic<bool> stopping_ = false;  // nobody waits for providers any longer
  std::unique_ptr<examine::TronExaminer> examiner_;
  Metrics metrics_;
  std::unique_ptr<KeyStore> keys_;
  std::unique_ptr<RequestLog> log_;
  std::optional<Routes> routes_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<RateKeeper> keeper_;
  std::unique_ptr<net::Server> server_;  // last: its threads use the others
};

}  // namespace

std::string keys_path(const std::string& directory) {
  return directory + "/keys.sqlite";
}

Result<std::unique_ptr<ApiServer>> ApiServer::start(const ApiServerOptions& options) {
  auto server = std::make_unique<RunningServer>();
  CLEW_CHECK(server->start(options));
  return server;
}

}  // namespace clew::serve
