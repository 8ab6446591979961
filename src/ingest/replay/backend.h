// What answers JSON-RPC methods: a simulated world, or answers that were recorded from a real node.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "ingest/replay/faults.h"

namespace clew::replay {

using Json = nlohmann::json;

// https://www.jsonrpc.org/specification#error_object; other numbers are those of nodes.
struct RpcError {
  int code = -32603;
  std::string message;
  bool operator==(const RpcError&) const = default;
};
inline constexpr int kMethodNotFound = -32601, kInvalidParams = -32602, kServerError = -32000;
inline tl::unexpected<RpcError> refuse(int code, std::string message) {
  return tl::unexpected<RpcError>(RpcError{code, std::move(message)});
}
// JSON.
using Reply = tl::expected<std::string, RpcError>;

class Backend {
 public:
  virtual ~Backend() = default;
  // From any thread. `params` is an array or null. `faults` may strike what is answered.
  virtual Reply call(std::string_view method, const Json& params, Faults& faults) = 0;
};

}  // namespace clew::replay
