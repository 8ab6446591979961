// State diffs, steps and whole traces of a transaction: what is read is written, and what was
// written reads as the same again. The first byte picks what the rest is.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "chain/evm/rpc_state.h"
#include "chain/evm/transaction_trace.h"

namespace {

using namespace clew;
using namespace clew::evm;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string text_of(const TransactionTrace& trace, bool as_parity) {
  std::string text;
  JsonText json(text);
  write_transaction_trace(json, trace, {.as_parity = as_parity});
  return text;
}

void check(TransactionTraceReader& reader, const TransactionTrace& trace) {
  const std::string once = text_of(trace, true);
  const auto again = reader.read("{\"result\":" + once + "}");
  require(again.has_value());
  require(text_of(*again, true) == once);
}

void fuzz_built(TransactionTraceReader& reader, const std::string& text) {
  static const std::string kCalls =
      R"({"result":{"type":"CALL","from":"0x00000000000000000000000000000000000000aa",)"
      R"("to":"0x00000000000000000000000000000000000000bb","value":"0x1","gas":"0xff"}})";
  if (const auto built = reader.build({.calls = kCalls, .steps = text})) check(reader, *built);
  if (const auto built = reader.build({.calls = kCalls, .prestate_diff = text})) {
    check(reader, *built);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static TransactionTraceReader reader;
  const std::string text =
      "{\"result\":" + std::string(reinterpret_cast<const char*>(data + 1), size - 1) + "}";
  if (data[0] % 2 == 0) {
    fuzz_built(reader, text);
  } else if (const auto trace = reader.read(text)) {
    check(reader, *trace);
  }
  return 0;
}
