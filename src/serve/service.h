// Between the connections and the routes: who may ask, how much, and in what form; every answer
// with its request's id, counted and logged. Needs no sockets.
#pragma once

#include <atomic>
#include <memory>

#include "base/clock.h"
#include "net/exchange.h"
#include "serve/key_store.h"
#include "serve/metrics.h"
#include "serve/rate_limit.h"
#include "serve/request_log.h"
#include "serve/routes.h"

namespace clew::serve {

struct ServiceLimits {
  unsigned at_work_max = 64;  // requests let in and not answered yet; those at once not counted
  double rate_per_second = 50, rate_burst = 100;  // of one key; a rate of 0: no limit
  double address_rate_per_second = 200, address_rate_burst = 400;  // of one client's network
  double answer_seconds = 30;                                      // that handlers have
  std::size_t body_bytes_max = 1 << 20;  // said to clients; the connections hold it
};

class Service {
 public:
  // All must outlive the service, and the service the exchanges.
  struct Parts {
    const Routes& routes;
    KeyStore& keys;
    Metrics& metrics;
    RequestLog& log;
    Clock& clock;
  };
  Service(Parts parts, const ServiceLimits& limits)
      : parts_(parts),
        limits_(limits),
        key_rates_(limits.rate_per_second, limits.rate_burst, parts.clock),
        client_rates_(limits.address_rate_per_second, limits.address_rate_burst, parts.clock) {}

  // Of one request; the client's IP address.
  std::shared_ptr<net::Exchange> begin(const std::string& client);
  RateLimit& key_rates() { return key_rates_; }

 private:
  friend class ServedExchange;
  Parts parts_;
  ServiceLimits limits_;
  RateLimit key_rates_, client_rates_;
  std::atomic<unsigned> at_work_ = 0;
};

}  // namespace clew::serve
