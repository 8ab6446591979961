#include "chain/evm/rpc_answer.h"

namespace clew::evm {
namespace {

tl::unexpected<Error> fail_node_error(std::string_view said) {
  return fail(ErrorKind::data, "the node answered with an error: " + std::string(said));
}

constexpr const char* kNoReason = "no reason given";

}  // namespace

tl::unexpected<Error> fail_null_result() {
  return fail(ErrorKind::not_found, "the node has no such thing: its result is null");
}

tl::unexpected<Error> fail_left_over() {
  return fail(ErrorKind::data, "text is left over after the answer");
}

Result<void> check_no_error(JsonCursor& json) {
  if (json.take_null()) return {};
  std::string_view said = kNoReason;
  CLEW_CHECK(for_each_field(json, "error", [&](std::string_view key) -> Result<void> {
    if (key != "message") return {};
    CLEW_TRY(text, read_text(json, key));
    said = text;
    return {};
  }));
  return fail_node_error(said);
}

Result<void> RpcAnswer::open(std::string_view text, simdjson::ondemand::document& document,
                             JsonValue& root) {
  padded_.assign(text);
  padded_.resize(text.size() + simdjson::SIMDJSON_PADDING);
  if (const auto code =
          parser_.iterate(padded_.data(), text.size(), padded_.size()).get(document)) {
    return fail(ErrorKind::data, std::string("not JSON: ") + simdjson::error_message(code));
  }
  if (document.get_value().get(root)) return fail_field("answer", "not an object");
  return {};
}

Result<void> RpcAnswer::close(simdjson::ondemand::document& document) {
  const char* rest = nullptr;
  if (document.current_location().get(rest) == simdjson::OUT_OF_BOUNDS) return {};
  return fail_left_over();
}

// A node that could not answer says so, some of them beside an empty "result".
Result<void> RpcAnswer::check_no_error(JsonValue value) {
  bool is_null = false;
  if (const auto code = value.is_null().get(is_null)) return fail_json("error", code);
  if (is_null) return {};
  std::string said = kNoReason;
  CLEW_CHECK(
      for_each_field(value, "error", [&](std::string_view key, JsonValue item) -> Result<void> {
        if (key != "message") return {};
        CLEW_TRY(text, read_text(item, key));
        said = text;
        return {};
      }));
  return fail_node_error(said);
}

Result<void> RpcAnswer::check_not_null(JsonValue value) {
  bool is_null = false;
  if (const auto code = value.is_null().get(is_null)) return fail_json("result", code);
  if (is_null) return fail_null_result();
  return {};
}

}  // namespace clew::evm
