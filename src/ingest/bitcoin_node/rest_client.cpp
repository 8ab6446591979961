#include "ingest/bitcoin_node/rest_client.h"

#include <nlohmann/json.hpp>

#include "ingest/node/rpc_transport.h"
#include "ingest/node/spoken_rpc.h"
#include "net/url.h"

namespace clew::ingest {
namespace {

using nlohmann::json;

constexpr std::string_view kRoot = "/rest";
constexpr int kOk = 200, kBadRequest = 400, kNotFoundStatus = 404;
// As JSON-RPC has them.
constexpr std::int64_t kNotFound = -5, kMethodNotFound = -32601;

// Which resource answers a call, and how its body becomes the call's result.
struct Resource {
  std::string path;
  enum class Body { json, text, only_element, block_hash } body = Body::json;
};

std::optional<Resource> resource_of(const RpcCall& call) {
  using enum Resource::Body;
  const auto given = json::parse(call.params, nullptr, false);
  if (!given.is_array()) return std::nullopt;
  if (call.method == "getblockchaininfo") return Resource{"/chaininfo.json"};
  if (given.empty()) return std::nullopt;
  if (call.method == "getblockhash")
    return Resource{"/blockhashbyheight/" + given[0].dump() + ".json", block_hash};
  if (!given[0].is_string()) return std::nullopt;
  const auto hash = given[0].get<std::string>();
  if (call.method == "getblockheader")
    return Resource{"/headers/1/" + hash + ".json", only_element};
  if (call.method != "getblock" || given.size() != 2) return std::nullopt;
  if (given[1] == 0) return Resource{"/block/" + hash + ".hex", text};
  if (given[1] == 2 || given[1] == 3) return Resource{"/block/" + hash + ".json"};
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

// The result as JSON; nothing if the body is not what the resource has.
std::optional<std::string> result_of(const Resource& resource, std::string_view body) {
  using enum Resource::Body;
  if (resource.body == text) return json_quoted(trimmed(body));
  if (resource.body == Resource::Body::json) return std::string(trimmed(body));
  const auto document = json::parse(body, nullptr, false);
  if (resource.body == only_element) {
    if (!document.is_array() || document.size() > 1) return std::nullopt;
    return document.empty() ? "" : document[0].dump();
  }
  if (!document.is_object() || !document.contains("blockhash")) return std::nullopt;
  return document["blockhash"].dump();
}

class Rest final : public SpokenRpc {
 public:
  explicit Rest(net::HttpClient client) : SpokenRpc(std::move(client)) {}

 private:
  RpcResult<std::string> answer(const RpcCall& call) override {
    const auto resource = resource_of(call);
    if (!resource) return error_text(kMethodNotFound, call.method + ": not offered by REST");
    auto response = send({.method = "GET", .target = resource->path});
    if (!response) return tl::unexpected(std::move(response).error());
    // The node refuses heights and hashes that it does not have with either status, and says why;
    // without a word it has no such interface.
    const bool absent = response->status == kNotFoundStatus || response->status == kBadRequest;
    if (absent && call.method != "getblockchaininfo" && !response->body.empty())
      return error_text(kNotFound, trimmed(response->body));
    if (response->status != kOk) return tl::unexpected(refusal_of(url(), *response));
    const auto result = result_of(*resource, response->body);
    if (!result)
      return tl::unexpected(
          malformed(url(), {ErrorKind::data, call.method + ": not the answer to it"}));
    if (result->empty()) return error_text(kNotFound, "Block not found");
    return result_text(*result);
  }
};

}  // namespace

bool is_rest_url(std::string_view url) {
  const auto parsed = net::parse_url(url);
  return parsed && !parsed->websocket() && parsed->root().ends_with(kRoot);
}

Result<std::unique_ptr<RpcClient>> open_rest(std::string_view url, const RpcOptions& options) {
  CLEW_TRY(client, net::HttpClient::open(url, options.client));
  return std::make_unique<Rest>(std::move(client));
}

}  // namespace clew::ingest
