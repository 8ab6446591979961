#include "ingest/evm/trace_questions.h"

#include "chain/evm/header.h"

namespace clew::ingest {
namespace {

constexpr std::string_view kCalls = R"({"tracer":"callTracer","tracerConfig":{"withLog":true}})";
constexpr std::string_view kPrestate = R"({"tracer":"prestateTracer"})";
constexpr std::string_view kDiff =
    R"({"tracer":"prestateTracer","tracerConfig":{"diffMode":true}})";
// Storage is told by the stack.
constexpr std::string_view kSteps =
    R"({"enableMemory":true,"disableStorage":true,"disableReturnData":true})";

std::string quoted(const Hash256& hash) {
  return "\"" + evm::to_text(hash) + "\"";
}
std::string quantity(std::uint64_t number) {
  return "\"" + U256(number).to_quantity() + "\"";
}

std::string part_names(const TraceParts& parts) {
  std::string names = R"(["trace")";
  if (parts.state_diff) names += R"(,"stateDiff")";
  if (parts.vm_trace) names += R"(,"vmTrace")";
  return names + "]";
}

// A node that lacks a method refuses it in many words and with many codes: another way is tried
// whatever they are.
Error as_refusal(Error error) {
  if (error.kind == ErrorKind::data) error.kind = ErrorKind::unsupported;
  return error;
}

}  // namespace

Result<NodePool::Served> ask_node(NodePool& node, const RpcCall& call) {
  CLEW_TRY(served, node.call({&call, 1}));
  const RpcEnvelope& answer = served.answers[0];
  if (answer.error) return fail(ErrorKind::data, call.method + ": " + answer.error->message);
  if (answer.null_result) return fail(ErrorKind::not_found, call.method + ": there is none");
  return served;
}

Result<AnsweredTrace> TraceQuestions::replay(const TraceSubject& subject, const TraceParts& parts) {
  AnsweredTrace out;
  RpcCall call{"trace_call",
               "[" + subject.call + "," + part_names(parts) + "," + quantity(subject.block) + "]"};
  if (subject.tx)
    call = {"trace_replayTransaction", "[" + quoted(*subject.tx) + "," + part_names(parts) + "]"};
  auto served = ask_node(node_, call);
  if (!served) return fail(as_refusal(std::move(served).error()));
  auto read = reader_.read(served->answers[0].text);
  if (!read) return fail(std::move(read).error().within(call.method));
  out.trace = std::move(*read);
  out.method = call.method;
  if (!out.trace.calls) return fail(ErrorKind::data, call.method + ": it tells no calls");
  if (parts.state_diff && !out.trace.state_diff)
    out.missing.push_back("stateDiff: " + call.method + " tells none");
  if (parts.vm_trace && !out.trace.vm_trace)
    out.missing.push_back("vmTrace: " + call.method + " tells none");
  return out;
}

Result<AnsweredTrace> TraceQuestions::calls_only(const Hash256& tx, const TraceParts& parts) {
  AnsweredTrace out{.trace = {}, .method = "trace_transaction", .missing = {}};
  auto served = ask_node(node_, {out.method, "[" + quoted(tx) + "]"});
  if (!served) return fail(as_refusal(std::move(served).error()));
  evm::Calls calls;
  auto read = calls_reader_.read_transaction(evm::TraceForm::flat, served->answers[0].text, calls);
  if (!read) return fail(std::move(read).error().within(out.method));
  if (calls.calls.empty()) return fail(ErrorKind::data, out.method + ": it tells no calls");
  const ByteView output = calls.calls.front().output;
  out.trace.output.assign(output.begin(), output.end());
  out.trace.calls = std::move(calls);
  if (parts.state_diff) out.missing.emplace_back("stateDiff: trace_transaction has none");
  if (parts.vm_trace) out.missing.emplace_back("vmTrace: trace_transaction has none");
  return out;
}

Result<NodePool::Served> TraceQuestions::ask_tracer(const TraceSubject& subject,
                                                    const std::string& options) {
  if (subject.tx)
    return ask_node(node_,
                    {"debug_traceTransaction", "[" + quoted(*subject.tx) + "," + options + "]"});
  return ask_node(node_, {"debug_traceCall", "[" + subject.call + "," + quantity(subject.block) +
                                                 "," + options + "]"});
}

Result<AnsweredTrace> TraceQuestions::debug(const TraceSubject& subject, const TraceParts& parts) {
  AnsweredTrace out;
  out.method = subject.tx ? "debug_traceTransaction" : "debug_traceCall";
  auto calls = ask_tracer(subject, std::string(kCalls));
  if (!calls) return fail(as_refusal(std::move(calls).error()));
  // What a node cannot tell of the other parts is no reason to go without the calls.
  std::vector<NodePool::Served> held;
  const auto ask_part = [&](std::string_view options, const char* part) -> std::string_view {
    auto served = ask_tracer(subject, std::string(options));
    if (!served) {
      out.missing.push_back(std::string(part) + ": " + served.error().message);
      return {};
    }
    held.push_back(std::move(*served));
    return held.back().answers[0].text;
  };
  evm::TransactionTraceReader::DebugAnswers answers{.calls = calls->answers[0].text};
  if (parts.state_diff) answers.prestate_diff = ask_part(kDiff, "stateDiff");
  if (parts.vm_trace) {
    answers.prestate = ask_part(kPrestate, "vmTrace");
    if (!answers.prestate.empty()) answers.steps = ask_part(kSteps, "vmTrace");
  }
  auto built = reader_.build(answers);
  if (!built) return fail(std::move(built).error().within(out.method));
  out.trace = std::move(*built);
  // Anvil keeps steps only if it was started so.
  auto& vm = out.trace.vm_trace;
  if (vm && vm->runs.front().steps.empty() && !vm->runs.front().code.empty()) {
    out.missing.push_back("vmTrace: " + out.method + " logs no steps of code that ran");
    vm.reset();
  }
  return out;
}

}  // namespace clew::ingest
