// The options of commands that ask nodes of EVM chains.
#include "apps/clew/command_binding.h"

namespace clew::app {
namespace {

void add_trace_options(CLI::App& command, EvmTraceOptions& o) {
  command.add_option("--rpc", o.urls, "nodes of the chain: http, https, ws or wss; $CLEW_RPC")
      ->envname("CLEW_RPC")
      ->required();
  command
      .add_option("--traces", o.traces,
                  "trace (trace_replayTransaction, trace_call), debug (debug_traceTransaction, "
                  "debug_traceCall) or auto: what a node can")
      ->capture_default_str();
  command.add_option("--parts", o.parts,
                     "trace,stateDiff,vmTrace or some of them; default: all, but for people no "
                     "vmTrace");
  command.add_option("--abi", o.abis, "JSON files of contracts' ABIs, to name calls and logs by");
  command.add_option("--signatures", o.signatures,
                     "files of lines selector,signature, as databases of 4-byte signatures have");
  command.add_option("--wrapped", o.wrapped,
                     "contracts beside the known ones whose Deposit and Withdrawal events mint and "
                     "burn a wrapped coin");
  command
      .add_option(
          "--patience", o.patience_seconds,
          "seconds to wait for each node to answer before giving it up; not for one that cannot be "
          "reached")
      ->capture_default_str();
}

}  // namespace

void add_evm(Line& line, CLI::App& app) {
  auto& group = *app.add_subcommand("evm", "ask nodes of Ethereum and its like");
  group.require_subcommand(1);
  auto& trace = *group.add_subcommand(
      "trace", "how a transaction ran: its calls and logs by name, what moved, what changed");
  auto t = bind<EvmTraceOptions>(line, trace, evm_trace);
  trace.add_option("tx", t->subject, "hash of the transaction")->required();
  add_trace_options(trace, *t);

  auto& call = *group.add_subcommand("trace-call",
                                     "the same of a call that is made nowhere: what it would do");
  auto c = bind<EvmTraceOptions>(line, call, evm_trace_call);
  call.add_option("call", c->subject, "JSON object as of eth_call, or a file with it")->required();
  call.add_option("--block", c->block, "after which block: number, hash or tag")
      ->capture_default_str();
  add_trace_options(call, *c);
}

}  // namespace clew::app
