#include <algorithm>
#include <iostream>

#include "apps/clew/account_view.h"
#include "apps/clew/count_text.h"
#include "apps/clew/trace_document.h"
#include "labels/printable.h"

namespace clew::app {
namespace {

constexpr std::size_t kArgumentsShown = 300;  // bytes
constexpr std::uint32_t kIndentMax = 40;      // calls in each other; deeper ones say how deep

std::string short_text(std::string text) {
  if (text.size() > kArgumentsShown) {
    text.resize(kArgumentsShown);
    text += "…";
  }
  return labels::printable(text);
}

// "transfer(to: 0x…, value: 12)"
std::string named_text(const evm::Named& named) {
  std::string text = named.signature.name + "(";
  for (std::size_t i = 0; i < named.values.size(); ++i) {
    const evm::AbiParameter& parameter = named.signature.parameters[i];
    if (i > 0) text += ", ";
    if (!parameter.name.empty()) text += parameter.name + ": ";
    std::string value;
    JsonText json(value);
    evm::write_json(json, parameter.type, named.values[i]);
    // Quotes only add noise around numbers and addresses.
    if (parameter.type.kind < evm::AbiType::Kind::bytes) std::erase(value, '"');
    text += value;
  }
  return short_text(text + ")") + (named.exact ? "" : " (may be another)");
}

std::string indent(std::uint32_t depth) {
  std::string text(2 + 2 * std::min(depth, kIndentMax), ' ');
  if (depth > kIndentMax) text += "[" + std::to_string(depth) + "] ";
  return text;
}

std::string what_is_called(const evm::Call& call, const evm::SignatureBook& book) {
  if (call.kind == evm::CallKind::self_destruct || call.creates()) return {};
  if (const auto named = book.name_call(call)) return "  " + named_text(*named);
  if (call.input.empty()) return {};
  const auto head = call.input.first(std::min<std::size_t>(call.input.size(), 4));
  return "  " + evm::to_text(head) + "… (" + counted(call.input.size(), "byte") + ")";
}

void print_call(const evm::Call& call, const ingest::TracedRun& run,
                const evm::SignatureBook& book) {
  const bool ends = call.kind == evm::CallKind::self_destruct;
  std::cout << indent(call.depth) << name(call.kind) << ' ' << evm::to_text(call.from) << " -> "
            << (call.to ? evm::to_text(*call.to) : "nothing");
  const bool moves = call.kind != evm::CallKind::delegate_call && !call.value.is_zero();
  if (moves)
    std::cout << (ends ? "  leaves " : "  ") << amount_text(run.chain, chain::Asset{}, call.value);
  std::cout << what_is_called(call, book);
  if (call.failed())
    std::cout << "  FAILED: " << short_text(call.error);
  else if (call.undone)
    std::cout << "  undone";
  std::cout << '\n';
}

void print_log(const ingest::TracedLog& traced, std::uint32_t depth,
               const evm::SignatureBook& book) {
  const auto& log = traced.log;
  std::cout << indent(depth) << "log of " << evm::to_text(log.address) << "  ";
  if (const auto named = book.name_log(log))
    std::cout << named_text(*named) << '\n';
  else
    std::cout << (log.topic_count > 0 ? evm::to_text(log.topics[0]) : "without topics") << ", "
              << counted(log.data.size(), "byte") << '\n';
}

void print_calls(const ingest::TracedRun& run, const evm::SignatureBook& book) {
  const auto& calls = run.answered.trace.calls->calls;
  std::cout << "calls\n";
  for (std::uint32_t i = 0; i < calls.size(); ++i) {
    print_call(calls[i], run, book);
    for (const auto& log : run.logs)
      if (log.call == i) print_log(log, calls[i].depth + 1, book);
  }
  for (const auto& log : run.logs)
    if (!log.call) print_log(log, 1, book);
}

std::string party(const std::optional<chain::Account>& account, const char* nobody) {
  return account ? evm::to_text(*account) : nobody;
}

void print_transfers(const ingest::TracedRun& run) {
  std::cout << "transfers\n";
  for (const auto& transfer : run.transfers) {
    std::cout << "  " << name(transfer.kind) << "  "
              << amount_text(run.chain, transfer.asset, transfer.value);
    if (has_token_id(transfer.kind)) std::cout << ", id " << transfer.asset.token_id.to_decimal();
    std::cout << "\n    " << party(transfer.from, "newly made") << " -> "
              << party(transfer.to, "burnt") << '\n';
  }
  if (!run.logs_known)
    std::cout << "  of tokens unknown: " << run.answered.method << " does not tell logs\n";
}

template <class T, class Text>
std::string change_text(const char* what, const evm::Change<T>& change, Text text) {
  if (!change.from && !change.to) return {};
  return std::string(", ") + what + " " + (change.from ? text(*change.from) : "none") + " -> " +
         (change.to ? text(*change.to) : "none");
}

void print_state(const ingest::TracedRun& run, const evm::StateDiff& diff) {
  const auto size = [](const Bytes& code) { return counted(code.size(), "byte"); };
  std::cout << "state\n";
  for (const auto& [address, account] : diff) {
    std::cout << "  " << evm::to_text(address)
              << (account.is_born()   ? ", new"
                  : account.is_gone() ? ", gone"
                                      : "")
              << change_text("balance", account.balance,
                             [&](const U256& value) {
                               return amount_text(run.chain, chain::Asset{}, value);
                             })
              << change_text("nonce", account.nonce,
                             [](std::uint64_t nonce) { return std::to_string(nonce); })
              << change_text("code", account.code, size);
    if (!account.storage.empty()) std::cout << ", " << counted(account.storage.size(), "slot");
    std::cout << '\n';
  }
}

void print_head(const ingest::TracedRun& run) {
  const auto& outer = run.answered.trace.calls->calls.front();
  if (run.mined)
    std::cout << "transaction "
              << evm::to_text(run.mined->block.block.transaction_hashes[run.mined->position])
              << " in block ";
  else
    std::cout << "a call after block ";
  std::cout << run.block << ", " << time_text(static_cast<std::uint32_t>(run.time)) << " UTC\n"
            << "  " << (outer.failed() ? "FAILED: " + short_text(outer.error) : "succeeded")
            << "; told by " << run.answered.method << " of " << run.node << '\n';
}

}  // namespace

void print_run(const ingest::TracedRun& run, const evm::SignatureBook& book) {
  const auto& trace = run.answered.trace;
  print_head(run);
  print_calls(run, book);
  print_transfers(run);
  if (trace.state_diff) print_state(run, *trace.state_diff);
  if (trace.vm_trace) {
    std::size_t steps = 0;
    for (const auto& one : trace.vm_trace->runs)
      steps += one.steps.size();
    std::cout << "vmTrace: " << counted(steps, "step") << "; --json lists them\n";
  }
  for (const auto& text : run.answered.missing)
    std::cout << "missing: " << labels::printable(text) << '\n';
}

}  // namespace clew::app
