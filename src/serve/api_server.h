// `clew serve` as a whole: keys, routes, connections.
#pragma once

#include <memory>
#include <string>

#include "detect/examine/tron_examiner.h"
#include "net/server.h"
#include "serve/service.h"

namespace clew::serve {

struct ApiServerOptions {
  net::ServerOptions net;
  ServiceLimits limits;
  std::string directory;  // of the ledgers, and of the keys
  std::string log_file;   // empty: standard error
  std::string version;
  // Providers of the anomaly service; without a URL it says that there is none. The directory and
  // the flag to stop are the server's own.
  examine::TronExaminerOptions tron;
};

std::string keys_path(const std::string& directory);

class ApiServer {
 public:
  static Result<std::unique_ptr<ApiServer>> start(const ApiServerOptions& options);
  virtual ~ApiServer() = default;  // stops
  // Takes no more connections, lets running answers end, and waits for that.
  virtual void stop() = 0;
  virtual std::string url() const = 0;
};

}  // namespace clew::serve
