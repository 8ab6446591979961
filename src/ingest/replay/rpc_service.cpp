#include "ingest/replay/rpc_service.h"

#include "ingest/replay/json_text.h"
#include "ingest/replay/params.h"

namespace clew::replay {
namespace {

std::string error_text(const std::string& id, const RpcError& error) {
  std::string text = "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":";
  JsonText json(text);
  json.open_object();
  json.key("code");
  json.raw(std::to_string(error.code));
  json.text("message", error.message);
  json.close_object();
  return text + "}";
}

std::string result_text(const std::string& id, const std::string& result) {
  std::string text;
  text.reserve(result.size() + id.size() + 40);
  return text.append("{\"jsonrpc\":\"2.0\",\"id\":")
      .append(id)
      .append(",\"result\":")
      .append(result)
      .append("}");
}

std::string dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

net::Answer refusal(const FaultPlan& plan, Fault kind) {
  net::Answer answer;
  answer.status = 429;
  if (kind == Fault::busy_hint) answer.headers.push_back({"Retry-After", "1"});
  answer.body = std::string(
      "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32005,"
      "\"message\":\"rate limit exceeded\"}}");
  (void)plan;
  return answer;
}

}  // namespace

std::string RpcService::answer_one(const Json& request, const Extra& extra) {
  const Json& method = field(request, "method");
  const Json& id = field(request, "id");
  if (!method.is_string()) return error_text(dump(id), {-32600, "invalid request"});
  faults_.count_request();
  std::string id_text = dump(id);
  if (faults_.strikes(Fault::wrong_id)) id_text = "987654321";
  if (faults_.strikes(Fault::server_error))
    return error_text(id_text, {kServerError, "internal error"});
  if (faults_.strikes(Fault::null_result)) return result_text(id_text, "null");
  const auto& name = method.get_ref<const std::string&>();
  const Json& params = field(request, "params");
  if (extra) {
    if (const auto reply = extra(name, params))
      return *reply ? result_text(id_text, **reply) : error_text(id_text, reply->error());
  }
  const Reply reply = backend_.call(name, params, faults_);
  return reply ? result_text(id_text, *reply) : error_text(id_text, reply.error());
}

std::string RpcService::answer(std::string_view text, const Extra& extra) {
  const Json request = Json::parse(text, nullptr, false);
  if (request.is_discarded()) return error_text("null", {-32700, "parse error"});
  if (!request.is_array()) return answer_one(request, extra);
  if (request.empty()) return error_text("null", {-32600, "empty batch"});
  std::string answers = "[";
  for (const Json& one : request) {
    if (answers.size() > 1) answers += ",";
    answers += answer_one(one, extra);
  }
  return answers + "]";
}

net::Answer RpcService::answer_http(const net::Request& request) {
  if (const auto kind = faults_.busy()) return refusal(faults_.plan(), *kind);
  net::Answer answer;
  std::string text = this->answer(request.body);
  if (faults_.strikes(Fault::slow)) answer.delay_seconds = faults_.plan().slow_seconds;
  if (faults_.strikes(Fault::endless)) {
    answer.pieces = [head =
                         std::string("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x")]() mutable {
      return head.empty() ? std::string(std::size_t{1} << 16, '0') : std::exchange(head, {});
    };
    return answer;
  }
  if (faults_.strikes(Fault::half_json)) text.resize(text.size() / 2);
  if (faults_.strikes(Fault::reset)) answer.reset_after = faults_.pick(text.size());
  answer.body = std::move(text);
  return answer;
}

}  // namespace clew::replay
