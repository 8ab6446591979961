#include "ingest/bitcoin_node/rest_client.h"

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "ingest/node/rpc_transport.h"
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

std::string result_text(std::string_view result) {
  std::string text = R"({"jsonrpc":"2.0","id":0,"result":)";
  text += result;
  return text += "}";
}

std::string error_text(std::int64_t code, std::string_view message) {
  return R"({"jsonrpc":"2.0","id":0,"error":{"code":)" + std::to_string(code) + R"(,"message":)" +
         json_quoted(message) + "}}";
}

class Rest final : public RpcClient {
 public:
  Rest(net::HttpClient client, std::string root)
      : client_(std::move(client)), root_(std::move(root)) {}

  // One request a call: the interface has no batches.
  RpcResult<RpcAnswers> call(std::span<const RpcCall> calls) override {
    std::string texts = calls.size() == 1 ? "" : "[";
    for (std::size_t i = 0; i < calls.size(); ++i) {
      auto text = answer(calls[i]);
      if (!text) return tl::unexpected(std::move(text).error());
      texts += (i == 0 ? "" : ",") + *text;
    }
    if (calls.size() != 1) texts += "]";
    return take(std::move(texts), calls.size());
  }

  const net::Url& url() const override { return client_.url(); }

 private:
  // What JSON-RPC would have answered.
  RpcResult<std::string> answer(const RpcCall& call) {
    const auto resource = resource_of(call);
    if (!resource) return error_text(kMethodNotFound, call.method + ": not offered by REST");
    auto response = client_.send({.method = "GET", .target = root_ + resource->path});
    if (!response) return tl::unexpected(failure_of(response.error()));
    // The node refuses heights and hashes that it does not have with either status, and says why;
    // without a word it has no such interface.
    const bool absent = response->status == kNotFoundStatus || response->status == kBadRequest;
    if (absent && call.method != "getblockchaininfo" && !response->body.empty())
      return error_text(kNotFound, trimmed(response->body));
    if (response->status != kOk) return tl::unexpected(refusal(*response));
    const auto result = result_of(*resource, response->body);
    if (!result)
      return tl::unexpected(
          malformed(url(), {ErrorKind::data, call.method + ": not the answer to it"}));
    if (result->empty()) return error_text(kNotFound, "Block not found");
    return result_text(*result);
  }

  RpcResult<RpcAnswers> take(std::string text, std::size_t calls) {
    thread_local EnvelopeReader reader;
    text.reserve(text.size() + net::kBodySlack);
    const auto kept = std::make_shared<const std::string>(std::move(text));
    auto envelopes = reader.read(*kept);
    if (!envelopes) return tl::unexpected(malformed(url(), envelopes.error()));
    if (envelopes->size() != calls)
      return tl::unexpected(malformed(url(), {ErrorKind::data, "more answers than calls"}));
    return RpcAnswers(kept, std::move(*envelopes));
  }

  RpcFailure refusal(const net::Response& response) const {
    return {.fault = RpcFault::status,
            .message = url().shown() + ": HTTP status " + net::status_text(response.status),
            .status = response.status,
            .retry_after_seconds = net::retry_after_seconds(response.headers, real_clock().date())};
  }
  net::HttpClient client_;
  std::string root_;
};

std::string without_slash(std::string path) {
  while (path.ends_with('/'))
    path.pop_back();
  return path;
}

}  // namespace

bool is_rest_url(std::string_view url) {
  const auto parsed = net::parse_url(url);
  return parsed && !parsed->websocket() && without_slash(parsed->target).ends_with(kRoot);
}

Result<std::unique_ptr<RpcClient>> open_rest(std::string_view url, const RpcOptions& options) {
  CLEW_TRY(parsed, net::parse_url(url));
  CLEW_TRY(client, net::HttpClient::open(url, options.client));
  return std::make_unique<Rest>(std::move(client), without_slash(parsed.target));
}

}  // namespace clew::ingest
