#include "ingest/bitcoin_node/bitcoin_calls.h"

#include "chain/bitcoin/block.h"

namespace clew::ingest {
namespace {

// What the node says no block has: of getblockhash beyond the tip, of getblock of a strange hash.
constexpr std::int64_t kOutOfRange = -8, kNotFound = -5;

}  // namespace

RpcCall bitcoin_call(const char* method, const nlohmann::json& parameters) {
  return {method, parameters.dump()};
}

Result<void> check_answer(const RpcCall& call, const RpcEnvelope& answer) {
  if (!answer.error) return {};
  const auto code = answer.error->code;
  const bool absent = code == kOutOfRange || code == kNotFound;
  return fail(absent ? ErrorKind::not_found : ErrorKind::data,
              call.method + ": " + answer.error->message);
}

Result<nlohmann::json> result_of(const RpcCall& call, const RpcEnvelope& answer) {
  CLEW_CHECK(check_answer(call, answer));
  auto document = nlohmann::json::parse(answer.text, nullptr, false);
  if (!document.is_object() || !document.contains("result"))
    return fail(ErrorKind::data, call.method + ": the answer has no result");
  return std::move(document["result"]);
}

Result<Hash256> block_hash_of(const nlohmann::json& text, const char* what) {
  if (text.is_string())
    if (const auto hash = hash_from_display(text.get_ref<const std::string&>())) return *hash;
  return fail(ErrorKind::data, std::string(what) + ": not a block hash");
}

}  // namespace clew::ingest
