// `clew evm trace` and `clew evm trace-call`.
#include <fstream>
#include <iostream>
#include <sstream>

#include "apps/clew/account_view.h"
#include "apps/clew/commands.h"
#include "apps/clew/interrupt.h"
#include "apps/clew/trace_document.h"
#include "labels/printable.h"

namespace clew::app {
namespace {

using ingest::TraceWay;

Result<TraceWay> parse_way(const std::string& text) {
  if (text == "auto") return TraceWay::automatic;
  if (text == "trace") return TraceWay::parity;
  if (text == "debug") return TraceWay::debug;
  return fail(ErrorKind::usage,
              "'" + labels::printable(text) + "' is no way to trace; there are auto, trace, debug");
}

// Calls always are; for people steps only if they ask for them.
Result<ingest::TraceParts> parse_parts(const EvmTraceOptions& given, bool json) {
  if (given.parts.empty()) return ingest::TraceParts{.state_diff = true, .vm_trace = json};
  ingest::TraceParts parts{.state_diff = false, .vm_trace = false};
  std::stringstream names(given.parts);
  for (std::string name; std::getline(names, name, ',');) {
    if (name == "stateDiff")
      parts.state_diff = true;
    else if (name == "vmTrace")
      parts.vm_trace = true;
    else if (name != "trace")
      return fail(ErrorKind::usage, "'" + labels::printable(name) +
                                        "' is no part; there are trace, stateDiff, vmTrace");
  }
  return parts;
}

Result<std::string> read_text_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return fail(ErrorKind::io, "cannot read " + path);
  return text.str();
}

Result<evm::SignatureBook> read_book(const EvmTraceOptions& given) {
  evm::SignatureBook book;
  for (const auto& path : given.abis) {
    CLEW_TRY(text, read_text_file(path));
    if (auto added = book.add_abi(text); !added) return fail(std::move(added).error().within(path));
  }
  for (const auto& path : given.signatures) {
    CLEW_TRY(text, read_text_file(path));
    const auto loaded = book.add_lines(text);
    if (loaded.added == 0 && loaded.refused > 0)
      return fail(ErrorKind::data, path + ": no line is a selector and its signature");
  }
  return book;
}

// JSON itself, or a file with it.
Result<std::string> read_call(const std::string& given) {
  std::string text = given;
  if (!given.starts_with('{')) {
    CLEW_TRY(read, read_text_file(given));
    text = std::move(read);
  }
  const auto call = Json::parse(text, nullptr, false);
  if (!call.is_object())
    return fail(ErrorKind::usage,
                "the call is no JSON object such as {\"from\": \"0x…\", \"to\": "
                "\"0x…\", \"data\": \"0x…\"}");
  return call.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<ingest::EvmTracer> open_tracer(const Session& session, const EvmTraceOptions& given) {
  ingest::EvmTracerOptions options;
  CLEW_TRY(way, parse_way(given.traces));
  options.way = way;
  CLEW_TRY(parts, parse_parts(given, session.json));
  options.parts = parts;
  for (const auto& text : given.wrapped) {
    CLEW_TRY(contract, parse_hex_account(text));
    options.wrapped_coins.push_back(contract);
  }
  constexpr int kTries = 3;
  options.pool.patience_seconds = given.patience_seconds;
  options.pool.first_tries_max = kTries;
  options.pool.stop = &interrupted_flag();
  options.rpc.client.stop = options.pool.stop;
  return ingest::EvmTracer::open(given.urls, options);
}

// A part that was asked for by name and is missing is a failure, one of all that there may be not.
ExitCode show(const Session& session, const EvmTraceOptions& given, const ingest::TracedRun& run,
              const evm::SignatureBook& book) {
  if (session.json)
    std::cout << run_document(run, book) << '\n';
  else
    print_run(run, book);
  return given.parts.empty() || run.answered.missing.empty() ? kOk : kData;
}

}  // namespace

Result<ExitCode> evm_trace(const Session& session, const EvmTraceOptions& given) {
  CLEW_TRY(hash, parse_hex_hash(given.subject));
  CLEW_TRY(book, read_book(given));
  CLEW_TRY(tracer, open_tracer(session, given));
  CLEW_TRY(run, tracer.transaction(hash));
  return show(session, given, run, book);
}

Result<ExitCode> evm_trace_call(const Session& session, const EvmTraceOptions& given) {
  CLEW_TRY(call, read_call(given.subject));
  CLEW_TRY(book, read_book(given));
  CLEW_TRY(tracer, open_tracer(session, given));
  CLEW_TRY(run, tracer.call(call, given.block));
  return show(session, given, run, book);
}

}  // namespace clew::app
