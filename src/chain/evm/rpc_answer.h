// The result within a node's JSON-RPC answer or WebSocket notification.
#pragma once

#include <string>
#include <string_view>

#include "chain/evm/rpc_fields.h"

namespace clew::evm {

// Reads a whole answer; calls visit() where a result begins that is not null. Errors are those of
// RpcAnswer::read.
template <class Visit>
Result<void> read_result(JsonCursor& json, Visit visit);

// Keeps the parser's memory between answers.
class RpcAnswer {
 public:
  // Calls visit(result) with a value that is not null. not_found if the result is null; data if the
  // text is no answer, is cut off or goes on after it, or if the node answered with an error.
  template <class Visit>
  Result<void> read(std::string_view text, Visit visit) {
    simdjson::ondemand::document document;
    JsonValue root;
    CLEW_CHECK(open(text, document, root));
    bool found = false;
    CLEW_CHECK(read_fields(root, found, visit));
    if (!found) return fail_missing("result");
    return close(document);
  }

 private:
  template <class Visit>
  Result<void> read_fields(JsonValue object, bool& found, Visit& visit) {
    return for_each_field(object, "answer",
                          [&](std::string_view key, JsonValue value) -> Result<void> {
                            if (key == "error") return check_no_error(value);
                            // eth_subscription: {"method", "params": {"subscription", "result"}}
                            if (key == "params" && !found)
                              return read_notification(value, found, visit);
                            if (key != "result") return {};
                            found = true;
                            CLEW_CHECK(check_not_null(value));
                            return visit(value);
                          });
  }
  template <class Visit>
  Result<void> read_notification(JsonValue object, bool& found, Visit& visit) {
    return for_each_field(object, "params",
                          [&](std::string_view key, JsonValue value) -> Result<void> {
                            if (key != "result") return {};
                            found = true;
                            CLEW_CHECK(check_not_null(value));
                            return visit(value);
                          });
  }

  Result<void> open(std::string_view text, simdjson::ondemand::document& document, JsonValue& root);
  static Result<void> close(simdjson::ondemand::document& document);
  static Result<void> check_no_error(JsonValue value);
  static Result<void> check_not_null(JsonValue value);

  simdjson::ondemand::parser parser_;
  std::string padded_;
};

Result<void> check_no_error(JsonCursor& json);
tl::unexpected<Error> fail_null_result();
tl::unexpected<Error> fail_left_over();

template <class Visit>
Result<void> read_result(JsonCursor& json, Visit visit) {
  bool found = false;
  const auto take_result = [&](std::string_view key) -> Result<void> {
    if (key != "result") return {};
    found = true;
    if (json.take_null()) return fail_null_result();
    return visit();
  };
  CLEW_CHECK(for_each_field(json, "answer", [&](std::string_view key) -> Result<void> {
    if (key == "error") return check_no_error(json);
    // eth_subscription: {"method", "params": {"subscription", "result"}}
    if (key == "params" && !found) return for_each_field(json, key, take_result);
    return take_result(key);
  }));
  if (!found) return fail_missing("result");
  if (!json.at_end()) return fail_left_over();
  return {};
}

}  // namespace clew::evm
