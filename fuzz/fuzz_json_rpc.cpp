// JSON-RPC answers as they come from nodes: whatever the text, each envelope that is found is one
// when read by itself, and answers are put in order or refused.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "ingest/node/json_rpc.h"
#include "net/http.h"

namespace {

using namespace clew;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string padded(std::string_view text) {
  std::string out;
  out.reserve(text.size() + net::kBodySlack);
  out.assign(text);
  return out;  // not what assign gives, which would be copied without the room
}

void check(const ingest::RpcEnvelope& envelope, std::string_view whole) {
  static ingest::EnvelopeReader alone;
  const std::string_view text = envelope.text;
  require(text.data() >= whole.data() && text.data() + text.size() <= whole.data() + whole.size());
  require(text.starts_with('{') && text.ends_with('}'));
  require(envelope.has_result || envelope.error || !envelope.method.empty());
  require(!envelope.error || !envelope.error->message.empty());
  const std::string copy = padded(text);
  const auto again = alone.read(copy);
  require(again && again->size() == 1);
  require(again->front().id == envelope.id && again->front().has_result == envelope.has_result);
  require(again->front().null_result == envelope.null_result);
  require(again->front().method == envelope.method);
  require(again->front().error.has_value() == envelope.error.has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static ingest::EnvelopeReader reader;
  const std::string text = padded({reinterpret_cast<const char*>(data), size});
  auto envelopes = reader.read(text);
  if (!envelopes) return 0;
  for (const auto& envelope : *envelopes)
    check(envelope, text);
  const std::size_t calls = envelopes->empty() ? 1 : envelopes->size();
  const auto answers = ingest::match_answers(std::move(*envelopes), 1, calls);
  if (!answers) return 0;
  require(answers->size() == calls);
  for (std::size_t i = 0; i < calls; ++i) {
    const auto& answer = (*answers)[i];
    require(answer.has_result || answer.error);
    require(!answer.id || *answer.id == i + 1);
  }
  return 0;
}
