#include <atomic>

#include "ingest/node/rpc_transport.h"

namespace clew::ingest {
namespace {

constexpr int kOk = 200, kTooManyRequests = 429, kUnavailable = 503;

// Bitcoin's node answers a call that failed with status 500 or 404 and an answer like others.
bool may_carry_answers(const net::Response& response) {
  return response.status != kTooManyRequests && response.status != kUnavailable &&
         response.body.starts_with('{');
}

class HttpRpc final : public RpcClient {
 public:
  explicit HttpRpc(net::HttpClient client) : client_(std::move(client)) {}

  RpcResult<RpcAnswers> call(std::span<const RpcCall> calls) override {
    const std::uint64_t first_id = next_id_.fetch_add(calls.size());
    auto response = client_.post(write_request(calls, first_id));
    if (!response) return tl::unexpected(failure_of(response.error()));
    if (response->status != kOk) {
      RpcFailure refused = refusal_of(url(), *response);
      if (!may_carry_answers(*response)) return tl::unexpected(std::move(refused));
      auto answers = take(std::move(response->body), first_id, calls.size());
      if (!answers || !(*answers)[0].error) return tl::unexpected(std::move(refused));
      return answers;
    }
    return take(std::move(response->body), first_id, calls.size());
  }

  const net::Url& url() const override { return client_.url(); }

 private:
  RpcResult<RpcAnswers> take(std::string body, std::uint64_t first_id, std::size_t calls) const {
    thread_local EnvelopeReader reader;
    const auto text = std::make_shared<const std::string>(std::move(body));
    auto answers = reader.read(*text);
    if (answers) answers = match_answers(std::move(*answers), first_id, calls);
    if (!answers) return tl::unexpected(malformed(url(), answers.error()));
    return RpcAnswers(text, std::move(*answers));
  }

  net::HttpClient client_;
  std::atomic<std::uint64_t> next_id_ = 1;
};

}  // namespace

Result<std::unique_ptr<RpcClient>> open_http_rpc(std::string_view url, const RpcOptions& options) {
  CLEW_TRY(client, net::HttpClient::open(url, options.client));
  return std::make_unique<HttpRpc>(std::move(client));
}

}  // namespace clew::ingest
