// The envelope of JSON-RPC 2.0 (jsonrpc.org/specification): requests written, answers taken apart
// without a look at what they carry.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clew::ingest {

struct RpcCall {
  std::string method;
  std::string params = "[]";  // JSON: an array or an object
};

// The text of a request: an object of one call, an array of several. Their ids count up from
// `first_id`.
std::string write_request(std::span<const RpcCall> calls, std::uint64_t first_id);

// What a node said instead of a result.
struct RpcError {
  std::int64_t code = 0;
  std::string message;
};

// One answer or notification as it stands in the text.
struct RpcEnvelope {
  std::string_view text;  // the whole object, for the readers in chain/evm
  std::optional<std::uint64_t> id;
  std::optional<RpcError> error;
  bool has_result = false;  // also a result of null, unless there is an error
  bool null_result = false;
  std::string method;  // of a notification, else empty
};

// Takes texts apart; keeps its memory for the next. Not for several threads at once.
class EnvelopeReader {
 public:
  EnvelopeReader();
  EnvelopeReader(EnvelopeReader&&) noexcept;
  EnvelopeReader& operator=(EnvelopeReader&&) noexcept;
  ~EnvelopeReader();

  // The objects of a text that is one, or an array of them; they point into `text`. data if it is
  // no JSON, cut off, followed by more, or one of them is no envelope. Results are not looked into:
  // damage within one is for its reader to find.
  // `text` must have net::kBodySlack bytes of readable memory behind it.
  Result<std::vector<RpcEnvelope>> read(std::string_view text);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Puts answers into the order of the calls, whose ids are `first_id` and the following. data if one
// is missing or there twice, or is to no call. An error without an id that comes alone stands for
// every call: so nodes refuse a batch as a whole.
Result<std::vector<RpcEnvelope>> match_answers(std::vector<RpcEnvelope> answers,
                                               std::uint64_t first_id, std::size_t calls);

// `text` as a JSON string, with its quotes.
std::string json_quoted(std::string_view text);

}  // namespace clew::ingest
