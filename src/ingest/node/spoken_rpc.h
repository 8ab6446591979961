// Nodes' interfaces that are not JSON-RPC, spoken to in its words, so that one source serves both:
// for those who know how each call is asked and how its answer reads.
#pragma once

#include <string>

#include "ingest/node/rpc_client.h"

namespace clew::ingest {

// One request a call, as these interfaces have no batches. Answers have no ids of their own.
class SpokenRpc : public RpcClient {
 public:
  RpcResult<RpcAnswers> call(std::span<const RpcCall> calls) final;
  const net::Url& url() const final { return client_.url(); }

 protected:
  explicit SpokenRpc(net::HttpClient client);
  // What JSON-RPC would have answered: result_text() or error_text().
  virtual RpcResult<std::string> answer(const RpcCall& call) = 0;
  // The request's target goes behind the path of the client's URL. Any status is an answer.
  RpcResult<net::Response> send(net::Request request);

 private:
  net::HttpClient client_;
  std::string root_;
};

// An answer with a result, which is JSON already.
std::string result_text(std::string_view result);
std::string error_text(std::int64_t code, std::string_view message);

}  // namespace clew::ingest
