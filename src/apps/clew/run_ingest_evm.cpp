// `clew ingest evm`.
#include <algorithm>
#include <iostream>

#include "apps/clew/account_view.h"
#include "apps/clew/commands.h"
#include "apps/clew/count_text.h"
#include "apps/clew/follow_text.h"
#include "ingest/evm/evm_ledger.h"
#include "ingest/evm/evm_source.h"
#include "ingest/evm/token_asker.h"
#include "labels/printable.h"

namespace clew::app {
namespace {

using ingest::FollowReport;
using ingest::TraceMethod;

Result<TraceMethod> parse_traces(const std::string& text) {
  if (text == "auto") return TraceMethod::automatic;
  if (text == "trace") return TraceMethod::trace;
  if (text == "debug") return TraceMethod::debug;
  if (text == "none") return TraceMethod::none;
  return fail(ErrorKind::usage, "'" + labels::printable(text) +
                                    "' is no way to trace; there are auto, trace, debug, none");
}

// One in so many.
Result<std::uint32_t> parse_sample(const char* option, const std::string& text) {
  constexpr std::uint32_t kSample = 16;
  if (text == "sample") return kSample;
  if (text == "all") return 1;
  if (text == "none") return 0;
  return fail(ErrorKind::usage, std::string(option) + " takes sample, all or none, not '" +
                                    labels::printable(text) + "'");
}

std::string traces_text(TraceMethod method) {
  switch (method) {
    case TraceMethod::trace:
      return "trace_block";
    case TraceMethod::debug:
      return "callTracer";
    default:
      return "none";
  }
}

std::string evm_hash_text(const Hash256& hash) {
  return evm::to_text(hash);
}

Json notes_json(const evm::TransferNotes& notes) {
  return {{"malformed_logs", notes.malformed_logs},
          {"outcomes_unknown", notes.outcomes_unknown},
          {"blob_fees_unknown", notes.blob_fees_unknown},
          {"blob_prices_disputed", notes.blob_prices_disputed},
          {"uncles_unknown", notes.uncles_unknown}};
}

// Where internal transfers were asked for: of the blocks that were there already, those that have
// none. A block is not added to, whatever nodes could tell now.
Result<std::uint64_t> count_left_partial(const std::string& directory,
                                         const IngestEvmOptions& given,
                                         const ingest::EvmSource& source,
                                         const FollowReport& report) {
  if (report.already_there == 0 || source.traces() == TraceMethod::none) return 0;
  CLEW_TRY(snapshot, account::Snapshot::open(directory));
  std::uint64_t count = 0;
  for (const auto& range : snapshot.held(chain::kCalls)) {
    if ((range.parts & chain::kCalls) != 0) continue;
    const auto first = std::max<std::uint64_t>(given.from.value_or(0), range.from);
    const auto last = std::min<std::uint64_t>(given.to.value_or(range.to), range.to);
    if (first <= last) count += last - first + 1;
  }
  return count;
}

Json document_of(const ingest::EvmSource& source, const ingest::EvmLedger& ledger,
                 const ingest::TokenAsker& asker, const FollowReport& report,
                 std::uint64_t left_partial) {
  auto document = report_json(report, evm_hash_text);
  document["network"] = evm::network_name(source.chain().chain_id);
  document["traces"] = traces_text(source.traces());
  document["transfers"] = ledger.transfers();
  document["tokens_named"] = asker.named();
  document["tokens_problem"] = asker.problem().empty() ? Json(nullptr) : Json(asker.problem());
  document["notes"] = notes_json(ledger.notes());
  document["notes"]["blocks_disputed"] = ledger.disputed();
  document["notes"]["blocks_left_partial"] = left_partial;
  document["nodes"] = nodes_json(source.report());
  document["left_out"] = source.left_out();
  return document;
}

void print(const ingest::EvmSource& source, const ingest::EvmLedger& ledger,
           const ingest::TokenAsker& asker, const FollowReport& report,
           std::uint64_t left_partial) {
  std::cout << counted(report.added, "block") << " of " << source.chain().name
            << " added: " << counted(report.transactions, "transaction") << ", "
            << counted(ledger.transfers(), "transfer");
  if (report.seconds > 0)
    std::cout << ", " << rate_text(static_cast<double>(report.transactions) / report.seconds);
  std::cout << '\n';
  if (source.traces() == TraceMethod::none)
    std::cout << "  without internal transfers: no traces were asked for, or no node has them\n";
  if (ledger.disputed() > 0)
    std::cout << "  nodes contradict each other about the internal transfers of "
              << counted(ledger.disputed(), "block") << ": clew completeness says which\n";
  if (!asker.problem().empty())
    std::cout << "  not all tokens were asked for their names: "
              << labels::printable(asker.problem()) << '\n';
  if (left_partial > 0)
    std::cout << "  "
              << counted(left_partial, "block that was there has", "blocks that were there have")
              << " no internal transfers; to have them takes a new ledger (--name NAME or "
                 "--ledger DIR)\n";
  print_report(report, evm_hash_text);
  print_nodes(source.report(), source.left_out());
}

// Chains for development stand for Ethereum.
std::string ledger_name(const evm::ChainParams& chain) {
  const auto* known = evm::find_chain(chain.chain_id);
  const bool for_development = known == nullptr || known->name.starts_with("dev-");
  return for_development ? "ethereum" : chain.name;
}

// Asks the same nodes; of the tokens that blocks move, once they are stored. `known` must outlive
// it.
Result<std::unique_ptr<ingest::TokenAsker>> open_asker(const IngestEvmOptions& given,
                                                       const ingest::EvmSourceOptions& options,
                                                       const std::string& directory,
                                                       const account::TokenNames& known) {
  constexpr double kPatienceSeconds = 10;  // for what the ledger can be without
  std::vector<std::unique_ptr<ingest::RpcClient>> clients;
  for (const auto& url : given.urls) {
    CLEW_TRY(client, ingest::open_rpc(url, options.rpc));
    clients.push_back(std::move(client));
  }
  auto pool = options.pool;
  pool.patience_seconds = std::min(pool.patience_seconds, kPatienceSeconds);
  return std::make_unique<ingest::TokenAsker>(
      std::make_unique<ingest::NodePool>(std::move(clients), pool),
      [&known](const chain::Account& token) { return known.find(token).has_value(); },
      [directory](const ingest::TokenAsker::Tokens& tokens) {
        return account::add_token_names(directory, tokens);
      });
}

}  // namespace

Result<ExitCode> ingest_evm(const Session& session, const IngestEvmOptions& given) {
  if (given.from && given.to && *given.from > *given.to)
    return fail(ErrorKind::usage, "--from " + std::to_string(*given.from) + " is above --to " +
                                      std::to_string(*given.to));
  if (!given.name.empty()) CLEW_CHECK(check_account_chain_name(given.name));
  ingest::EvmSourceOptions options;
  CLEW_TRY(method, parse_traces(given.traces));
  options.traces = method;
  CLEW_TRY(senders_one_in, parse_sample("--senders", given.senders));
  options.senders_one_in = senders_one_in;
  CLEW_TRY(confirm_one_in, parse_sample("--confirm", given.confirm));
  options.confirm_one_in = confirm_one_in;
  for (const auto& text : given.wrapped) {
    CLEW_TRY(contract, parse_hex_account(text));
    options.wrapped_coins.push_back(contract);
  }
  options.pool = pool_options(given.live);
  options.waits_for_heads = given.live.follow;
  options.rpc.client.stop = options.pool.stop;
  CLEW_TRY(source, ingest::EvmSource::open(given.urls, options));
  const auto name = given.name.empty() ? ledger_name(source->chain()) : given.name;
  CLEW_TRY(writer, account::Writer::open(session.chain_path(name),
                                         evm::network_name(source->chain().chain_id)));
  ingest::EvmLedger ledger(std::move(writer));
  ProgressBar bar("ingesting", "blocks");
  auto following = follow_options(given.live, bar, evm_hash_text);
  following.from = given.from;
  following.to = given.to;
  CLEW_TRY(known, open_token_names(session, name));
  CLEW_TRY(asker, open_asker(given, options, session.chain_path(name), known));
  following.stored = [&](const ingest::LiveBlock& block) {
    asker->see(static_cast<const ingest::EvmLiveBlock&>(block).block);
  };
  auto report = ingest::follow(*source, ledger, following);
  bar.finish();
  if (!report) return fail(std::move(report).error());
  asker->finish();
  CLEW_TRY(left, count_left_partial(session.chain_path(name), given, *source, *report));
  if (session.json)
    print_json(document_of(*source, ledger, *asker, *report, left));
  else
    print(*source, ledger, *asker, *report, left);
  return tell_problems(*report, given.live.follow);
}

}  // namespace clew::app
