#include "ingest/evm/evm_tracer.h"

#include <algorithm>

#include "chain/evm/rpc_answer.h"

namespace clew::ingest {
namespace {

std::string block_parameter(const std::string& block) {
  const bool number = std::ranges::all_of(block, [](char c) { return c >= '0' && c <= '9'; });
  if (!number) return json_quoted(block);
  const auto parsed = U256::from_decimal(block);
  return json_quoted(parsed ? parsed->to_quantity() : block);
}

bool same_log(const evm::Log& a, const evm::Log& b) {
  return a.address == b.address && std::ranges::equal(a.topic_list(), b.topic_list()) &&
         std::ranges::equal(a.data, b.data);
}

// The logs of the block, which roots hold, with the calls that the trace names for them. Where it
// names other logs (some chains add logs that no code made) no call is known.
std::vector<TracedLog> logs_of(const MinedTransaction& mined, const evm::Calls& calls) {
  std::vector<TracedLog> logs;
  const auto told = mined.logs();
  const bool same = std::ranges::equal(
      told, calls.logs, same_log, [](const evm::Log& log) -> const evm::Log& { return log; },
      [](const evm::CallLog& log) -> const evm::Log& { return log.log; });
  for (std::size_t i = 0; i < told.size(); ++i)
    logs.push_back({told[i], same ? std::optional(calls.logs[i].call) : std::nullopt});
  return logs;
}

}  // namespace

Result<EvmTracer> EvmTracer::open(const std::vector<std::string>& urls,
                                  const EvmTracerOptions& options) {
  EvmTracer tracer;
  tracer.options_ = options;
  for (const auto& url : urls) {
    CLEW_TRY(client, open_rpc(url, options.rpc));
    Node node{client->url().shown(), nullptr};
    std::vector<std::unique_ptr<RpcClient>> one;
    one.push_back(std::move(client));
    node.pool = std::make_unique<NodePool>(std::move(one), options.pool);
    tracer.nodes_.push_back(std::move(node));
  }
  return tracer;
}

template <class Ask>
Result<TracedRun> EvmTracer::ask_each(Ask ask) {
  Error all{ErrorKind::not_found, ""};
  for (Node& node : nodes_) {
    auto run = ask(node);
    if (run || run.error().kind == ErrorKind::stopped) return run;
    // A node that has it not counts only if none has a worse reason.
    if (run.error().kind != ErrorKind::not_found) all.kind = run.error().kind;
    const std::string name =
        run.error().message.find(node.url) == std::string::npos ? node.url + ": " : std::string();
    all.message += (all.message.empty() ? "" : "; ") + name + run.error().message;
  }
  return fail(std::move(all));
}

Result<TracedRun> EvmTracer::transaction(const Hash256& hash) {
  return ask_each([&](Node& node) { return ask_transaction(node, hash); });
}
Result<TracedRun> EvmTracer::call(const std::string& call, const std::string& block) {
  return ask_each([&](Node& node) { return ask_call(node, call, block); });
}

Result<evm::TransferReader> EvmTracer::ask_chain(Node& node) const {
  CLEW_TRY(served, ask_node(*node.pool, {"eth_chainId"}));
  std::uint64_t id = 0;
  evm::RpcAnswer answer;
  CLEW_CHECK(answer.read(served.answers[0].text, [&](JsonValue value) -> Result<void> {
    CLEW_TRY(text, evm::read_text(value, "chain id"));
    CLEW_TRY(number, evm::read_u64(text, "chain id"));
    id = number;
    return {};
  }));
  auto chain = evm::chain_params(id);
  chain.wrapped_coins.insert(chain.wrapped_coins.end(), options_.wrapped_coins.begin(),
                             options_.wrapped_coins.end());
  return evm::TransferReader(std::move(chain));
}

Result<AnsweredTrace> EvmTracer::ask_trace(Node& node, const TraceSubject& subject) const {
  TraceQuestions questions(*node.pool);
  std::string reasons;
  const auto goes_on = [&](const Result<AnsweredTrace>& answered) {
    if (answered || answered.error().kind != ErrorKind::unsupported) return false;
    reasons += (reasons.empty() ? "" : "; ") + answered.error().message;
    return true;
  };
  if (options_.way != TraceWay::debug) {
    auto answered = questions.replay(subject, options_.parts);
    if (!goes_on(answered)) return answered;
  }
  if (options_.way != TraceWay::parity) {
    auto answered = questions.debug(subject, options_.parts);
    if (!goes_on(answered)) return answered;
  }
  if (options_.way != TraceWay::debug && subject.tx) {
    auto answered = questions.calls_only(*subject.tx, options_.parts);
    if (!goes_on(answered)) return answered;
  }
  return fail(ErrorKind::unsupported, reasons);
}

Result<TracedRun> EvmTracer::ask_transaction(Node& node, const Hash256& hash) const {
  TracedRun run;
  CLEW_TRY(reader, ask_chain(node));
  CLEW_TRY(mined, ask_mined_transaction(*node.pool, hash));
  CLEW_TRY(answered, ask_trace(node, {.tx = hash, .call = {}, .block = 0}));
  run.node = node.url;
  run.chain = reader.chain();
  const evm::Block& block = mined.block.block;
  run.block = block.header.number;
  run.time = block.header.time;
  run.block_hash = block.hash;
  CLEW_TRY(transfers, transfers_of(mined, *answered.trace.calls, reader, run.notes));
  run.transfers = std::move(transfers);
  run.logs = logs_of(mined, *answered.trace.calls);
  run.mined = std::move(mined);
  run.answered = std::move(answered);
  return run;
}

Result<TracedRun> EvmTracer::ask_call(Node& node, const std::string& call,
                                      const std::string& block) const {
  TracedRun run;
  CLEW_TRY(reader, ask_chain(node));
  const bool by_hash = block.size() == 2 + 64 && block.starts_with("0x");
  CLEW_TRY(served, ask_node(*node.pool, {by_hash ? "eth_getBlockByHash" : "eth_getBlockByNumber",
                                         "[" + block_parameter(block) + ",false]"}));
  evm::RpcBlock head;
  CLEW_CHECK(evm::RpcBlockReader().read_header(served.answers[0].text, head));
  const evm::Header& header = head.block.header;
  CLEW_TRY(answered, ask_trace(node, {.tx = {}, .call = call, .block = header.number}));
  run.node = node.url;
  run.chain = reader.chain();
  run.block = header.number;
  run.time = header.time;
  run.block_hash = head.block.hash;
  const evm::Calls& calls = *answered.trace.calls;
  reader.read_calls(calls, header.blobs.has_value(), run.transfers, run.notes);
  run.logs_known = answered.method.starts_with("debug_");
  for (const evm::CallLog& log : calls.logs)
    run.logs.push_back({log.log, log.call});
  run.answered = std::move(answered);
  return run;
}

}  // namespace clew::ingest
