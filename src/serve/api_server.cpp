#include "serve/api_server.h"

#include "base/file.h"
#include "net/exchange.h"
#include "serve/api.h"

namespace clew::serve {
namespace {

class RunningServer final : public ApiServer {
 public:
  ~RunningServer() override { stop(); }

  Result<void> start(const ApiServerOptions& options) {
    secure_ = !options.net.tls_certificate.empty();
    CLEW_CHECK(real_files().make_directories(options.directory));
    CLEW_TRY(keys, KeyStore::open(keys_path(options.directory)));
    keys_ = std::move(keys);
    CLEW_TRY(log, RequestLog::open(options.log_file));
    log_ = std::move(log);
    CLEW_TRY(routes, make_api({.directory = options.directory,
                               .version = options.version,
                               .metrics = [this] { return metrics_.text(); },
                               .check = [this] { return keys_->check(); }}));
    routes_ = std::move(routes);
    auto limits = options.limits;
    limits.body_bytes_max = options.net.request_bytes_max;
    limits.answer_seconds = options.net.answer_seconds;
    service_ = std::make_unique<Service>(
        Service::Parts{*routes_, *keys_, metrics_, *log_, real_clock()}, limits);
    CLEW_TRY(server, net::start_service(options.net, [this] { return service_->begin(); }));
    server_ = std::move(server);
    return {};
  }

  void stop() override {
    if (server_) server_->stop();
  }
  std::string url() const override { return server_->url(secure_ ? "https" : "http"); }

 private:
  bool secure_ = false;
  Metrics metrics_;
  std::unique_ptr<KeyStore> keys_;
  std::unique_ptr<RequestLog> log_;
  std::optional<Routes> routes_;
  std::unique_ptr<Service> service_;
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
