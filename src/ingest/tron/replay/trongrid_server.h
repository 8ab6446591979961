// A provider of TRC-20 histories shaped like TronGrid, on a port of this machine, for tests and
// demonstrations: GET /v1/accounts/{address}/transactions/trc20 with only_confirmed,
// only_unconfirmed, limit, fingerprint, order_by, min_timestamp, max_timestamp, contract_address,
// only_to and only_from.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/tron/replay/get_server.h"
#include "ingest/tron/replay/provider_faults.h"
#include "ingest/tron/trc20_row.h"

namespace clew::replay {

struct TronGridOptions : GetServerOptions {
  std::string key;  // demanded in TRON-PRO-API-KEY, unless it is empty
  // Rows of later blocks are not confirmed.
  std::uint64_t confirmed_until_ms = std::numeric_limits<std::uint64_t>::max();
  std::optional<std::uint32_t> page_rows;  // a page's size whatever is asked for
  // Requests within one second; the next is refused as documented and all for
  // plan.suspended_seconds. 0: no limit.
  std::uint32_t requests_per_second = 0;
  ProviderFaultPlan faults;
};

class TronGridServer {
 public:
  // Routes `beside` its own are answered on the same port.
  static Result<std::unique_ptr<TronGridServer>> start(const TronGridOptions& options,
                                                       std::vector<providers::Trc20Row> rows,
                                                       std::vector<net::Route> beside = {});
  virtual ~TronGridServer() = default;  // stops

  virtual std::uint16_t port() const = 0;
  virtual std::string url() const = 0;
  // The chain moves on, or is reorganised.
  virtual void set_rows(std::vector<providers::Trc20Row> rows,
                        std::uint64_t confirmed_until_ms) = 0;
  virtual void set_faults(const ProviderFaultPlan& plan) = 0;

  // What it was asked.
  virtual std::uint64_t requests() const = 0;  // since the faults were set
  virtual std::uint64_t rows_served() const = 0;
  virtual std::vector<std::string> targets() const = 0;  // of the last thousand requests
};

}  // namespace clew::replay
