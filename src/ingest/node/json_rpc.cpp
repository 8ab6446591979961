#include "ingest/node/json_rpc.h"

#include <algorithm>
#include <cstdio>

#include "base/json_fields.h"
#include "base/utf8.h"
#include "net/http.h"

namespace clew::ingest {
namespace {

static_assert(net::kBodySlack >= simdjson::SIMDJSON_PADDING);

// A parser that met a giant would hold on to several times its size.
constexpr std::size_t kKeptMax = 16 << 20;
constexpr std::size_t kMessageMax = 300;
constexpr const char* kNoReason = "no reason given";

void append_call(std::string& out, const RpcCall& call, std::uint64_t id) {
  out.append(R"({"jsonrpc":"2.0","id":)").append(std::to_string(id));
  out.append(R"(,"method":)").append(json_quoted(call.method));
  out.append(R"(,"params":)").append(call.params).append("}");
}

std::string tamed(std::string_view text) {
  return one_line(text, kMessageMax);
}

Result<bool> is_null(JsonValue value, std::string_view key) {
  bool null = false;
  if (const auto code = value.is_null().get(null)) return fail_json(key, code);
  return null;
}

Result<std::string_view> text_of(JsonValue value, std::string_view key) {
  std::string_view text;
  if (value.get_string().get(text)) return fail_type(key, "a text");
  return text;
}

// Ours are whole numbers, which the answer must repeat.
Result<std::optional<std::uint64_t>> read_id(JsonValue value) {
  CLEW_TRY(null, is_null(value, "id"));
  if (null) return std::nullopt;
  std::uint64_t id = 0;
  if (value.get_uint64().get(id)) return fail_type("id", "an id of ours");
  return id;
}

// {"code", "message"}; Bitcoin's before 2.0 has the same, some gateways only a text.
Result<std::optional<RpcError>> read_error(JsonValue value) {
  CLEW_TRY(null, is_null(value, "error"));
  if (null) return std::nullopt;
  RpcError error;
  simdjson::ondemand::json_type type{};
  if (const auto code = value.type().get(type)) return fail_json("error", code);
  if (type == simdjson::ondemand::json_type::string) {
    CLEW_TRY(text, text_of(value, "error"));
    error.message = text.empty() ? kNoReason : tamed(text);
    return error;
  }
  CLEW_CHECK(
      for_each_field(value, "error", [&](std::string_view key, JsonValue item) -> Result<void> {
        if (key == "message") {
          CLEW_TRY(text, text_of(item, key));
          error.message = tamed(text);
        } else if (key == "code") {
          if (item.get_int64().get(error.code)) return fail_type(key, "a whole number");
        }
        return {};
      }));
  if (error.message.empty()) error.message = kNoReason;
  return error;
}

// One after another, as the fields come; each may come once.
class EnvelopeFields {
 public:
  explicit EnvelopeFields(RpcEnvelope& envelope) : envelope_(envelope) {}

  Result<void> take(std::string_view key, JsonValue value) {
    if (key == "result") {
      CLEW_CHECK(once(has_result_, key));
      CLEW_TRY(null, is_null(value, key));
      envelope_.null_result = null;
    } else if (key == "id") {
      CLEW_CHECK(once(has_id_, key));
      CLEW_TRY(id, read_id(value));
      envelope_.id = id;
    } else if (key == "error") {
      CLEW_CHECK(once(has_error_, key));
      CLEW_TRY(error, read_error(value));
      envelope_.error = std::move(error);
    } else if (key == "method") {
      CLEW_CHECK(once(has_method_, key));
      CLEW_TRY(method, text_of(value, key));
      envelope_.method = tamed(method);
    }
    return {};
  }

  Result<void> finish() {
    // Beside an error there may be an empty result, and beside a result an error of null.
    envelope_.has_result = has_result_ && !envelope_.error;
    if (envelope_.has_result || envelope_.error || !envelope_.method.empty()) return {};
    return fail(ErrorKind::data, "an answer with neither result nor error");
  }

 private:
  static Result<void> once(bool& seen, std::string_view key) {
    if (seen) return fail(ErrorKind::data, "\"" + std::string(key) + "\" comes twice");
    seen = true;
    return {};
  }
  RpcEnvelope& envelope_;
  bool has_result_ = false, has_id_ = false, has_error_ = false, has_method_ = false;
};

std::string_view without_space_at_end(std::string_view text) {
  const auto last = text.find_last_not_of(" \t\r\n");
  return text.substr(0, last == text.npos ? 0 : last + 1);
}

}  // namespace

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= ' ') {
      out += c;
      continue;
    }
    char escaped[8];
    std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
    out += escaped;
  }
  return out += '"';
}

std::string write_request(std::span<const RpcCall> calls, std::uint64_t first_id) {
  std::string out;
  if (calls.size() == 1) {
    append_call(out, calls.front(), first_id);
    return out;
  }
  for (const RpcCall& call : calls) {
    out += out.empty() ? '[' : ',';
    append_call(out, call, first_id++);
  }
  return out += ']';
}

struct EnvelopeReader::Impl {
  simdjson::ondemand::parser parser;

  Result<std::vector<RpcEnvelope>> read(std::string_view text);
  // Reads an object and sets where it ends.
  static Result<RpcEnvelope> read_one(simdjson::ondemand::document& document, JsonValue value,
                                      std::string_view text);
};

Result<RpcEnvelope> EnvelopeReader::Impl::read_one(simdjson::ondemand::document& document,
                                                   JsonValue value, std::string_view text) {
  RpcEnvelope envelope;
  EnvelopeFields fields(envelope);
  const char* begin = nullptr;
  if (const auto code = document.current_location().get(begin)) return fail_json("answer", code);
  CLEW_CHECK(for_each_field(value, "answer", [&](std::string_view key, JsonValue item) {
    return fields.take(key, item);
  }));
  CLEW_CHECK(fields.finish());
  // What follows the object, or the end of the text.
  const char* end = nullptr;
  if (document.current_location().get(end)) end = text.data() + text.size();
  envelope.text = without_space_at_end({begin, static_cast<std::size_t>(end - begin)});
  return envelope;
}

Result<std::vector<RpcEnvelope>> EnvelopeReader::Impl::read(std::string_view text) {
  text = without_space_at_end(text);
  simdjson::ondemand::document document;
  if (const auto code =
          parser.iterate(text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING)
              .get(document))
    return fail(ErrorKind::data, std::string("not JSON: ") + simdjson::error_message(code));
  JsonValue root;
  if (const auto code = document.get_value().get(root))
    return fail(ErrorKind::data, "neither an object nor an array");
  std::vector<RpcEnvelope> envelopes;
  simdjson::ondemand::json_type type{};
  if (const auto code = root.type().get(type)) return fail_json("answer", code);
  if (type == simdjson::ondemand::json_type::array) {
    CLEW_CHECK(for_each_element(root, "answers", "answer", [&](JsonValue item) -> Result<void> {
      CLEW_TRY(envelope, read_one(document, item, text));
      envelopes.push_back(std::move(envelope));
      return {};
    }));
  } else {
    CLEW_TRY(envelope, read_one(document, root, text));
    envelopes.push_back(std::move(envelope));
  }
  const char* rest = nullptr;
  if (document.current_location().get(rest) != simdjson::OUT_OF_BOUNDS)
    return fail(ErrorKind::data, "text is left over after the answer");
  return envelopes;
}

EnvelopeReader::EnvelopeReader() : impl_(std::make_unique<Impl>()) {}
EnvelopeReader::EnvelopeReader(EnvelopeReader&&) noexcept = default;
EnvelopeReader& EnvelopeReader::operator=(EnvelopeReader&&) noexcept = default;
EnvelopeReader::~EnvelopeReader() = default;

Result<std::vector<RpcEnvelope>> EnvelopeReader::read(std::string_view text) {
  auto envelopes = impl_->read(text);
  if (impl_->parser.capacity() > kKeptMax) impl_->parser = simdjson::ondemand::parser();
  return envelopes;
}

Result<std::vector<RpcEnvelope>> match_answers(std::vector<RpcEnvelope> answers,
                                               std::uint64_t first_id, std::size_t calls) {
  const bool refused = answers.size() == 1 && !answers[0].id && answers[0].error;
  if (refused) return std::vector<RpcEnvelope>(calls, answers[0]);
  std::vector<RpcEnvelope> ordered(calls);
  std::vector<bool> seen(calls);
  for (RpcEnvelope& answer : answers) {
    if (!answer.id) return fail(ErrorKind::data, "an answer without an id");
    const std::uint64_t place = *answer.id - first_id;
    const std::string name = "id " + std::to_string(*answer.id);
    if (*answer.id < first_id || place >= calls)
      return fail(ErrorKind::data, "an answer to no call, " + name);
    if (!answer.has_result && !answer.error)
      return fail(ErrorKind::data, "an answer with neither result nor error, " + name);
    if (seen[place]) return fail(ErrorKind::data, "two answers to one call, " + name);
    seen[place] = true;
    ordered[place] = std::move(answer);
  }
  const auto missing = std::ranges::find(seen, false);
  if (missing == seen.end()) return ordered;
  const auto place = static_cast<std::uint64_t>(missing - seen.begin());
  return fail(ErrorKind::data, "no answer to a call, id " + std::to_string(first_id + place));
}

}  // namespace clew::ingest
