#include "apps/clew/trace_document.h"

#include "apps/clew/account_view.h"

namespace clew::app {
namespace {

class Document {
 public:
  Document(const ingest::TracedRun& run, const evm::SignatureBook& book) : run_(run), book_(book) {}

  std::string text() {
    json_.open_object();
    write_origin();
    write_parity(run_.answered.trace);
    write_list("calls", run_.answered.trace.calls->calls, [&](const auto& call) { write(call); });
    if (run_.logs_known) {
      write_list("logs", run_.logs, [&](const auto& log) { write(log); });
    } else {
      json_.key("logs");
      json_.null();
    }
    write_list("transfers", run_.transfers, [&](const auto& transfer) { write(transfer); });
    json_.close_object();
    return std::move(out_);
  }

 private:
  template <class List, class Write>
  void write_list(std::string_view key, const List& list, Write write_one) {
    json_.key(key);
    json_.open_array();
    for (const auto& one : list)
      write_one(one);
    json_.close_array();
  }
  void field(std::string_view key, std::string_view text) {
    json_.key(key);
    json_.string(text);
  }
  void field(std::string_view key, const std::optional<evm::Address>& address) {
    json_.key(key);
    address ? json_.string(evm::to_text(*address)) : json_.null();
  }
  void field(std::string_view key, std::uint64_t number) {
    json_.key(key);
    json_.number(number);
  }
  void flag(std::string_view key, bool value) {
    json_.key(key);
    json_.boolean(value);
  }

  void write_origin() {
    json_.key("tx");
    run_.mined ? json_.string(tx_text()) : json_.null();
    json_.key("block");
    json_.open_object();
    field("height", run_.block);
    field("hash", evm::to_text(run_.block_hash));
    field("time", run_.time);
    json_.close_object();
    field("node", run_.node);
    field("method", run_.answered.method);
    write_list("missing", run_.answered.missing, [&](const auto& text) { json_.string(text); });
    field("malformed_logs", run_.notes.malformed_logs);
  }
  void write_parity(const evm::TransactionTrace& trace) {
    field("output", evm::to_text(trace.output));
    json_.key("stateDiff");
    trace.state_diff ? evm::write_state_diff(json_, *trace.state_diff) : json_.null();
    json_.key("trace");
    evm::write_traces(json_, *trace.calls);
    json_.key("vmTrace");
    trace.vm_trace ? evm::write_vm_trace(json_, *trace.vm_trace) : json_.null();
  }
  std::string tx_text() const {
    return evm::to_text(run_.mined->block.block.transaction_hashes[run_.mined->position]);
  }

  void write_named(std::string_view key, const std::optional<evm::Named>& named) {
    json_.key(key);
    if (!named) return json_.null();
    json_.open_object();
    field("signature", canonical(named->signature));
    flag("exact", named->exact);
    json_.key("arguments");
    evm::AbiValue values;
    values.items = named->values;
    evm::write_json(json_, evm::make_tuple(named->signature.parameters), values);
    json_.close_object();
  }

  void write(const evm::Call& call) {
    json_.open_object();
    field("depth", call.depth);
    field("kind", name(call.kind));
    field("from", call.from);
    field("to", call.to);
    field("value", call.value.to_decimal());
    json_.key("error");
    call.failed() ? json_.string(call.error) : json_.null();
    flag("undone", call.undone);
    write_named("function", book_.name_call(call));
    json_.close_object();
  }

  void write(const ingest::TracedLog& traced) {
    const auto& log = traced.log;
    json_.open_object();
    json_.key("call");
    traced.call ? json_.number(*traced.call) : json_.null();
    field("address", log.address);
    write_list("topics", log.topic_list(),
               [&](const Hash256& topic) { json_.string(evm::to_text(topic)); });
    field("data", evm::to_text(log.data));
    write_named("event", book_.name_log(log));
    json_.close_object();
  }

  void write(const chain::Transfer& transfer) {
    json_.open_object();
    field("kind", name(transfer.kind));
    field("asset", asset_text(run_.chain, transfer.asset));
    field("from", transfer.from);
    field("to", transfer.to);
    field("value", transfer.value.to_decimal());
    json_.key("tx");
    run_.mined ? json_.string(tx_text()) : json_.null();
    field("block", run_.block);
    field("time", run_.time);
    field("place", transfer.place);
    if (has_token_id(transfer.kind)) field("token_id", transfer.asset.token_id.to_decimal());
    json_.close_object();
  }

  const ingest::TracedRun& run_;
  const evm::SignatureBook& book_;
  std::string out_;
  JsonText json_{out_};
};

}  // namespace

std::string run_document(const ingest::TracedRun& run, const evm::SignatureBook& book) {
  return Document(run, book).text();
}

}  // namespace clew::app
