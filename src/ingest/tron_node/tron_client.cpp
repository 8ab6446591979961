#include "ingest/tron_node/tron_client.h"

#include "base/clock.h"
#include "ingest/node/rpc_transport.h"
#include "net/url.h"

namespace clew::ingest {
namespace {

constexpr int kOk = 200;
// As JSON-RPC has it; what a node says in "Error" has no numbers.
constexpr std::string_view kEnvelope = R"({"jsonrpc":"2.0","id":0,"result":)";

class TronClient final : public RpcClient {
 public:
  TronClient(net::HttpClient client, std::string root)
      : client_(std::move(client)), root_(std::move(root)) {}

  // One request a call: the interface has no batches.
  RpcResult<RpcAnswers> call(std::span<const RpcCall> calls) override {
    std::string texts = calls.size() == 1 ? "" : "[";
    for (std::size_t i = 0; i < calls.size(); ++i) {
      auto body = answer(calls[i]);
      if (!body) return tl::unexpected(std::move(body).error());
      if (i > 0) texts += ",";
      texts.append(kEnvelope).append(*body).append("}");
    }
    if (calls.size() != 1) texts += "]";
    return take(std::move(texts), calls.size());
  }

  const net::Url& url() const override { return client_.url(); }

 private:
  RpcResult<std::string> answer(const RpcCall& call) {
    auto response = client_.send({.method = "POST",
                                  .target = root_ + "/wallet/" + call.method,
                                  .headers = {{"Content-Type", "application/json"}},
                                  .body = call.params});
    if (!response) return tl::unexpected(failure_of(response.error()));
    if (response->status == kOk) return std::move(response->body);
    return tl::unexpected(RpcFailure{
        .fault = RpcFault::status,
        .message = url().shown() + ": HTTP status " + net::status_text(response->status),
        .status = response->status,
        .retry_after_seconds = net::retry_after_seconds(response->headers, real_clock().date())});
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

  net::HttpClient client_;
  std::string root_;
};

}  // namespace

Result<std::unique_ptr<RpcClient>> open_tron(std::string_view url, const RpcOptions& options) {
  CLEW_TRY(parsed, net::parse_url(url));
  CLEW_TRY(client, net::HttpClient::open(url, options.client));
  auto root = parsed.target;
  while (root.ends_with('/'))
    root.pop_back();
  return std::make_unique<TronClient>(std::move(client), std::move(root));
}

}  // namespace clew::ingest
