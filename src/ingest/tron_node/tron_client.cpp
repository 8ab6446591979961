#include "ingest/tron_node/tron_client.h"

#include "ingest/node/rpc_transport.h"
#include "ingest/node/spoken_rpc.h"

namespace clew::ingest {
namespace {

constexpr int kOk = 200;

class TronClient final : public SpokenRpc {
 public:
  explicit TronClient(net::HttpClient client) : SpokenRpc(std::move(client)) {}

 private:
  RpcResult<std::string> answer(const RpcCall& call) override {
    auto response = send({.method = "POST",
                          .target = "/wallet/" + call.method,
                          .headers = {{"Content-Type", "application/json"}},
                          .body = call.params});
    if (!response) return tl::unexpected(std::move(response).error());
    if (response->status != kOk) return tl::unexpected(refusal_of(url(), *response));
    return result_text(response->body);
  }
};

}  // namespace

Result<std::unique_ptr<RpcClient>> open_tron(std::string_view url, const RpcOptions& options) {
  CLEW_TRY(client, net::HttpClient::open(url, options.client));
  return std::make_unique<TronClient>(std::move(client));
}

}  // namespace clew::ingest
