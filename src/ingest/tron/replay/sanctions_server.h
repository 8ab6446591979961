// A provider of sanctions screening shaped like Chainalysis, on a port of this machine, for tests
// and demonstrations: GET /api/v1/address/{address}.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/tron/replay/get_server.h"
#include "ingest/tron/replay/provider_faults.h"
#include "ingest/tron/sanctions_api.h"

namespace clew::replay {

struct SanctionsOptions : GetServerOptions {
  std::string key;  // demanded in X-API-Key, unless it is empty
  // By address, in the very spelling.
  std::map<std::string, std::vector<providers::Identification>, std::less<>> listed;
  ProviderFaultPlan faults;
};

// What Chainalysis says of an address on OFAC's list.
providers::Identification ofac_identification(std::string_view who);

// Its one route, for a server that answers others beside it; address and port are not looked at.
net::Route sanctions_route(const SanctionsOptions& options);

class SanctionsServer {
 public:
  static Result<std::unique_ptr<SanctionsServer>> start(const SanctionsOptions& options);
  virtual ~SanctionsServer() = default;  // stops

  virtual std::uint16_t port() const = 0;
  virtual std::string url() const = 0;
  virtual std::uint64_t requests() const = 0;
};

}  // namespace clew::replay
