#include "chain/evm/rpc_calls.h"

#include "chain/evm/rpc_answer.h"
#include "chain/evm/rpc_call_frames.h"
#include "chain/evm/rpc_flat_traces.h"

namespace clew::evm {

struct RpcCallsReader::Impl {
  Result<void> read_block(TraceForm form, JsonValue result, const Block& block, Calls& out);
  Result<void> read_debug_entry(TraceForm form, JsonValue entry, const Block& block, Calls& out);
  Result<void> read_traced(TraceForm form, JsonValue value, Calls& out);
  Result<void> read_replayed(JsonValue entry, const Block* block, Calls& out);
  Result<void> read_flat(JsonValue traces, Calls& out);
  Result<void> next_transaction(const Block& block);
  Result<void> check_hash(JsonValue value, std::string_view key, const Block& block) const;

  TraceOptions options;
  RpcAnswer answer;
  CallSink sink;
  CallFrameReader frames;
  FlatTraceReader flat;
  std::uint32_t tx_count = 0;  // begun
};

RpcCallsReader::RpcCallsReader(const TraceOptions& options) : impl_(std::make_unique<Impl>()) {
  impl_->options = options;
}
RpcCallsReader::~RpcCallsReader() = default;

Result<void> RpcCallsReader::read_block(TraceForm form, std::string_view answer, const Block& block,
                                        Calls& out) {
  impl_->sink.start(out, impl_->options.data);
  impl_->flat.start(&block);
  impl_->tx_count = 0;
  CLEW_CHECK(impl_->answer.read(
      answer, [&](JsonValue result) { return impl_->read_block(form, result, block, out); }));
  const std::uint32_t told =
      form == TraceForm::flat ? impl_->flat.transaction_count() : impl_->tx_count;
  if (told != block.transactions.size()) {
    return fail(ErrorKind::data, "calls of " + std::to_string(told) +
                                     " transactions; the block has " +
                                     std::to_string(block.transactions.size()));
  }
  impl_->sink.finish();
  return {};
}

Result<void> RpcCallsReader::read_transaction(TraceForm form, std::string_view answer, Calls& out) {
  impl_->sink.start(out, impl_->options.data);
  impl_->flat.start(nullptr);
  impl_->tx_count = 1;
  CLEW_CHECK(impl_->answer.read(answer, [&](JsonValue result) {
    if (form == TraceForm::replay) return impl_->read_replayed(result, nullptr, out);
    return impl_->read_traced(form, result, out);
  }));
  impl_->sink.finish();
  return {};
}

Result<void> RpcCallsReader::Impl::next_transaction(const Block& block) {
  if (tx_count == block.transactions.size()) {
    return fail(ErrorKind::data,
                "the block has only " + std::to_string(tx_count) + " transactions");
  }
  ++tx_count;
  return {};
}

Result<void> RpcCallsReader::Impl::check_hash(JsonValue value, std::string_view key,
                                              const Block& block) const {
  CLEW_TRY(text, read_text(value, key));
  if (text.data() == nullptr) return {};
  Hash256 stated;
  CLEW_CHECK(read_fixed(text, key, stated));
  const Hash256& known = block.transaction_hashes[tx_count - 1];
  if (stated == known) return {};
  return fail_field(key, "stated " + to_text(stated) + ", but it should be " + to_text(known));
}

Result<void> RpcCallsReader::Impl::read_block(TraceForm form, JsonValue result, const Block& block,
                                              Calls& out) {
  if (form == TraceForm::flat) {
    CLEW_CHECK(flat.read(result, sink, out.rewards));
    return flat.finish_transaction();
  }
  return for_each_element(result, "result", "transaction", [&](JsonValue entry) -> Result<void> {
    CLEW_CHECK(next_transaction(block));
    if (form == TraceForm::replay) return read_replayed(entry, &block, out);
    return read_debug_entry(form, entry, block, out);
  });
}

// {"txHash", "result"}, or "error" for a transaction that the node could not trace.
Result<void> RpcCallsReader::Impl::read_debug_entry(TraceForm form, JsonValue entry,
                                                    const Block& block, Calls& out) {
  bool found = false;
  CLEW_CHECK(
      for_each_field(entry, "result", [&](std::string_view key, JsonValue value) -> Result<void> {
        if (key == "txHash") return check_hash(value, key, block);
        CLEW_TRY(is_null, read_null(value, key));
        if (is_null) return {};
        if (key == "error") {
          CLEW_TRY(text, read_text(value, key));
          return fail(ErrorKind::data, "the node could not trace it: " + std::string(text));
        }
        if (key != "result" || found) return {};
        found = true;
        return read_traced(form, value, out);
      }));
  if (!found) return fail_missing("result");
  return {};
}

// What a transaction has under "result".
Result<void> RpcCallsReader::Impl::read_traced(TraceForm form, JsonValue value, Calls& out) {
  if (form == TraceForm::nested) return frames.read(value, tx_count - 1, sink);
  return read_flat(value, out);
}

Result<void> RpcCallsReader::Impl::read_flat(JsonValue traces, Calls& out) {
  flat.start_transaction();
  CLEW_CHECK(flat.read(traces, sink, out.rewards));
  return flat.finish_transaction();
}

// {"trace", "output", "transactionHash", ...}.
Result<void> RpcCallsReader::Impl::read_replayed(JsonValue entry, const Block* block, Calls& out) {
  bool found = false;
  CLEW_CHECK(
      for_each_field(entry, "result", [&](std::string_view key, JsonValue value) -> Result<void> {
        if (key == "transactionHash" && block != nullptr) return check_hash(value, key, *block);
        if (key != "trace" || found) return {};
        CLEW_TRY(is_null, read_null(value, key));
        if (is_null) return {};
        found = true;
        return read_flat(value, out);
      }));
  if (!found) return fail_missing("trace");
  return {};
}

}  // namespace clew::evm
