#include "ingest/node/spoken_rpc.h"

#include "ingest/node/rpc_transport.h"

namespace clew::ingest {

SpokenRpc::SpokenRpc(net::HttpClient client)
    : client_(std::move(client)), root_(client_.url().root()) {}

RpcResult<net::Response> SpokenRpc::send(net::Request request) {
  request.target.insert(0, root_);
  auto response = client_.send(request);
  if (!response) return tl::unexpected(failure_of(response.error()));
  return std::move(*response);
}

RpcResult<RpcAnswers> SpokenRpc::call(std::span<const RpcCall> calls) {
  std::string texts = calls.size() == 1 ? "" : "[";
  for (std::size_t i = 0; i < calls.size(); ++i) {
    auto text = answer(calls[i]);
    if (!text) return tl::unexpected(std::move(text).error());
    texts += (i == 0 ? "" : ",") + *text;
  }
  if (calls.size() != 1) texts += "]";
  thread_local EnvelopeReader reader;
  texts.reserve(texts.size() + net::kBodySlack);
  const auto kept = std::make_shared<const std::string>(std::move(texts));
  auto envelopes = reader.read(*kept);
  if (!envelopes) return tl::unexpected(malformed(url(), envelopes.error()));
  // A body that closes its envelope and opens another.
  if (envelopes->size() != calls.size())
    return tl::unexpected(malformed(url(), {ErrorKind::data, "more answers than calls"}));
  return RpcAnswers(kept, std::move(*envelopes));
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

}  // namespace clew::ingest
