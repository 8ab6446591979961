// JSON-RPC 2.0 (https://www.jsonrpc.org/specification) over a backend: single requests, batches,
// ids, errors, and the faults of answers and connections.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "ingest/replay/backend.h"
#include "net/server.h"

namespace clew::replay {

class RpcService {
 public:
  // Methods that are not the backend's: nothing for those it does not know.
  using Extra = std::function<std::optional<Reply>(std::string_view method, const Json& params)>;

  // Both must outlive this.
  RpcService(Backend& backend, Faults& faults) : backend_(backend), faults_(faults) {}

  // The text of the answer to one request or a batch.
  std::string answer(std::string_view request, const Extra& extra = {});
  // The same with what may happen to an HTTP exchange.
  net::Answer answer_http(const net::Request& request);

 private:
  std::string answer_one(const Json& request, const Extra& extra);

  Backend& backend_;
  Faults& faults_;
};

}  // namespace clew::replay
