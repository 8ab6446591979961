// Traces of both forms: whatever a node answers, what is read is calls in preorder, of no more
// depth than there can be, with data and logs of their own; and holding them against a block ends
// in a result. The first byte picks the form.
#include <cstdint>
#include <cstdlib>

#include "chain/evm/rpc_calls.h"

namespace {

using namespace clew;
using namespace clew::evm;

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_within(ByteView view, const Bytes& bytes) {
  return view.empty() ||
         (view.data() >= bytes.data() && view.data() + view.size() <= bytes.data() + bytes.size());
}

void check(const Calls& calls) {
  std::uint32_t depth = 0, tx = 0;
  bool first = true;
  for (const Call& call : calls.calls) {
    require(call.depth <= kCallDepthMax);
    if (first || call.tx != tx) {
      require(call.depth == 0 && (first || call.tx == tx + 1));
    } else {
      require(call.depth > 0 && call.depth <= depth + 1);
    }
    depth = call.depth;
    tx = call.tx;
    first = false;
    require(is_within(call.input, calls.bytes) && is_within(call.output, calls.bytes));
    require(!call.failed() || call.undone);
    require(call.to || (call.creates() && call.failed()));
  }
  std::uint32_t last_tx = 0;
  for (const CallLog& log : calls.logs) {
    require(log.call < calls.calls.size() && !calls.calls[log.call].undone);
    require(is_within(log.log.data, calls.bytes));
    require(calls.calls[log.call].tx >= last_tx);
    last_tx = calls.calls[log.call].tx;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static RpcCallsReader with_data, without(TraceOptions{.data = false});
  Calls calls;
  const auto form = static_cast<TraceForm>(data[0] % 4);
  std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  // So that not every input has to begin with the envelope.
  if ((data[0] & 4) != 0) text = "{\"result\":" + text + "}";
  if (with_data.read_transaction(form, text, calls)) check(calls);
  Block block;
  block.transactions.resize(2);
  block.transaction_hashes.resize(2);
  if (!without.read_block(form, text, block, calls)) return 0;
  check(calls);
  Receipts receipts;
  receipts.receipts.resize(2);
  const std::vector<Address> senders(2);
  (void)check_calls(block, senders, receipts, calls, false);
  return 0;
}
