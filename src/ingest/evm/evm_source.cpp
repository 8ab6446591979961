#include "ingest/evm/evm_source.h"

#include <algorithm>
#include <random>
#include <utility>

#include "ingest/evm/evm_votes.h"

namespace clew::ingest {
namespace {

std::string quantity(std::uint64_t number) {
  return "\"" + U256(number).to_quantity() + "\"";
}

constexpr int kRounds = 3;
constexpr std::size_t kAbsences = 8;  // of one block, after which nobody else is hoped for
constexpr int kConfirmTries = 3;
constexpr double kConfirmSeconds = 20;  // for all nodes to say what they have of a block
constexpr double kHeadSeconds = 2;      // for all nodes to say where they are
constexpr std::string_view kCallTracer = R"({"tracer":"callTracer"})";

// The answer that tells of no calls, with memory behind it to read ahead.
std::string_view no_calls() {
  static const std::string text = [] {
    std::string written = R"({"jsonrpc":"2.0","id":0,"result":[]})";
    written.reserve(written.size() + net::kBodySlack);
    return written;
  }();
  return text;
}

// "eth_getBlockReceipts: header not found"
std::string said(const RpcCall& call, const RpcError& error) {
  return call.method + ": " + error.message;
}

}  // namespace

// A block by number or by hash, and what to ask for it.
struct EvmSource::Wanted {
  std::uint64_t number;
  std::optional<Hash256> hash;
  std::vector<RpcCall> calls;
  bool traced = false;
  evm::TraceForm form = evm::TraceForm::nested;

  // By hash if there is one.
  Wanted(std::uint64_t by_number, std::optional<Hash256> by_hash, TraceMethod traces)
      : number(by_number), hash(by_hash) {
    const auto name = hash ? "\"" + evm::to_text(*hash) + "\"" : quantity(number);
    calls.push_back({hash ? "eth_getBlockByHash" : "eth_getBlockByNumber", "[" + name + ",true]"});
    calls.push_back({"eth_getBlockReceipts", "[" + name + "]"});
    traced = traces != TraceMethod::none;
    form = traces == TraceMethod::trace ? evm::TraceForm::flat : evm::TraceForm::nested;
    // Nothing happens in the first block, and some nodes refuse to say so.
    if (number == 0) return;
    if (traces == TraceMethod::debug)
      calls.push_back({hash ? "debug_traceBlockByHash" : "debug_traceBlockByNumber",
                       "[" + name + "," + std::string(kCallTracer) + "]"});
    if (traces == TraceMethod::trace) {
      // It knows nothing but numbers, so of a block by its hash it has to be asked what is there.
      calls.push_back({"trace_block", "[" + quantity(number) + "]"});
      if (hash) calls.push_back({"eth_getBlockByNumber", "[" + quantity(number) + ",false]"});
    }
  }

  std::string text() const {
    return hash ? "block " + evm::to_text(*hash) : "block " + std::to_string(number);
  }
};

Result<std::unique_ptr<EvmSource>> EvmSource::open(const std::vector<std::string>& urls,
                                                   const EvmSourceOptions& options) {
  std::unique_ptr<EvmSource> source(new EvmSource);
  source->options_ = options;
  std::vector<Candidate> candidates;
  const bool any = options.traces == TraceMethod::automatic;
  const ProbeWishes wishes{.trace_block = any || options.traces == TraceMethod::trace,
                           .debug_trace = any || options.traces == TraceMethod::debug,
                           .new_heads = options.waits_for_heads};
  for (const auto& url : urls) {
    CLEW_TRY(client, open_rpc(url, options.rpc));
    auto node = probe_evm_node(*client, url, options.rpc, {}, wishes);
    if (!node)
      source->left_out_.push_back(node.error().message);
    else if (!node->block_receipts)
      source->leave_out(*node, "no eth_getBlockReceipts", node->block_receipts);
    else
      candidates.push_back({std::move(*node), std::move(client), url});
  }
  CLEW_CHECK(source->check_one_chain(candidates));
  source->choose_traces(candidates);
  if (candidates.empty()) {
    std::string text = "no node can be used";
    for (const auto& reason : source->left_out_)
      text += "; " + reason;
    return fail(ErrorKind::network, text);
  }
  std::vector<std::unique_ptr<RpcClient>> clients;
  for (auto& candidate : candidates) {
    if (candidate.node.new_heads && candidate.client->url().websocket())
      source->sockets_.push_back(std::move(candidate.url));
    source->nodes_.push_back(std::move(candidate.node));
    clients.push_back(std::move(candidate.client));
  }
  std::random_device random;
  source->senders_ = {.one_in = options.senders_one_in,
                      .seed = std::uint64_t{random()} << 32 | random()};
  source->chain_ = evm::chain_params(source->nodes_.front().chain_id);
  auto& wrapped = source->chain_.wrapped_coins;
  wrapped.insert(wrapped.end(), options.wrapped_coins.begin(), options.wrapped_coins.end());
  source->pool_ = std::make_unique<NodePool>(std::move(clients), options.pool);
  return source;
}

void EvmSource::leave_out(const EvmNode& node, const std::string& lack, const Ability& ability) {
  left_out_.push_back(node.url + " is left out: it has " + lack + " (" + ability.why_not + ")");
}

Result<void> EvmSource::check_one_chain(const std::vector<Candidate>& candidates) {
  for (const auto& [node, client, url] : candidates) {
    const auto& first = candidates.front().node;
    if (node.chain_id != first.chain_id)
      return fail(ErrorKind::data, node.url + " is of chain " + std::to_string(node.chain_id) +
                                       ", " + first.url + " of chain " +
                                       std::to_string(first.chain_id));
  }
  return {};
}

// What most nodes can; of both the one that they answered faster: nodes differ by a factor of ten
// and more in either direction.
TraceMethod EvmSource::best_traces(const std::vector<Candidate>& candidates) {
  std::size_t debug = 0, trace = 0;
  double debug_seconds = 0, trace_seconds = 0;
  for (const auto& [node, client, url] : candidates) {
    debug += node.debug_trace ? 1 : 0;
    trace += node.trace_block ? 1 : 0;
    if (!node.debug_trace || !node.trace_block) continue;
    debug_seconds += node.debug_trace.seconds;
    trace_seconds += node.trace_block.seconds;
  }
  if (debug == 0 && trace == 0) return TraceMethod::none;
  if (debug != trace) return debug > trace ? TraceMethod::debug : TraceMethod::trace;
  return trace_seconds < debug_seconds ? TraceMethod::trace : TraceMethod::debug;
}

// All nodes are asked the same, so that what one gives another can replace: those that cannot are
// left out.
void EvmSource::choose_traces(std::vector<Candidate>& candidates) {
  traces_ = options_.traces;
  if (traces_ == TraceMethod::automatic) traces_ = best_traces(candidates);
  if (traces_ == TraceMethod::none) return;
  const bool debug = traces_ == TraceMethod::debug;
  const auto wanted = debug ? &EvmNode::debug_trace : &EvmNode::trace_block;
  std::erase_if(candidates, [&](const Candidate& candidate) {
    if (candidate.node.*wanted) return false;
    leave_out(candidate.node, debug ? "no callTracer" : "no trace_block", candidate.node.*wanted);
    return true;
  });
}

std::unique_ptr<EvmBlockReader> EvmSource::take_reader() {
  const std::lock_guard lock(mutex_);
  if (readers_.empty()) return std::make_unique<EvmBlockReader>(chain_, senders_);
  auto reader = std::move(readers_.back());
  readers_.pop_back();
  return reader;
}
void EvmSource::return_reader(std::unique_ptr<EvmBlockReader> reader) {
  const std::lock_guard lock(mutex_);
  readers_.push_back(std::move(reader));
}

// The highest head of all nodes that answer: those behind only lag. One that does not answer must
// not keep the others' news from us.
Result<LiveHead> EvmSource::head() {
  const RpcCall call{"eth_getBlockByNumber", R"(["latest",false])"};
  std::vector<NodePool::Served> heard;
  if (pool_->size() > 1) heard = pool_->call_each({&call, 1}, kHeadSeconds);
  if (heard.empty()) {
    CLEW_TRY(served, pool_->call({&call, 1}));
    heard.push_back(std::move(served));
  }
  std::optional<LiveHead> best;
  std::string reasons;
  for (const auto& served : heard) {
    const auto& answer = served.answers[0];
    auto reader = take_reader();
    auto head = answer.error ? fail(ErrorKind::data, said(call, *answer.error))
                             : reader->read_head(answer.text);
    return_reader(std::move(reader));
    if (!head) {
      pool_->rest(served.node, head.error().message);
      reasons +=
          (reasons.empty() ? "" : "; ") + nodes_[served.node].url + ": " + head.error().message;
      continue;
    }
    if (!best || head->number > best->number) best = *head;
  }
  if (!best) return fail(ErrorKind::network, reasons);
  return *best;
}

Result<std::unique_ptr<LiveBlock>> EvmSource::fetch(std::uint64_t number) {
  return fetch(Wanted(number, {}, traces_));
}
Result<std::unique_ptr<LiveBlock>> EvmSource::fetch(const LiveHead& block) {
  return fetch(Wanted(block.number, block.hash, traces_));
}

// Each node is given a second chance at once, as a reorganisation between two of its answers makes
// them contradict each other; then it is benched and the next one asked, if there is one.
Result<std::unique_ptr<LiveBlock>> EvmSource::fetch(const Wanted& wanted) {
  Error last{ErrorKind::network, "no node was asked"};
  std::vector<bool> doubted(pool_->size());
  std::optional<std::size_t> again;
  std::vector<bool> absent(pool_->size());  // it said that it has no such block
  int rounds = 0;                           // in which nobody was of use
  const std::size_t tries_max = 2 * pool_->size() + 2 + kAbsences;
  for (std::size_t tries = 0; tries < tries_max; ++tries) {
    std::size_t node = 0;
    const bool was_again = again.has_value();
    auto block = ask(wanted, std::exchange(again, {}), node);
    if (block)
      return to_be_confirmed((*block)->number) ? confirm(std::move(*block)) : std::move(*block);
    last = std::move(block).error();
    if (last.kind == ErrorKind::stopped) break;
    if (last.kind == ErrorKind::network) {
      if (was_again) continue;  // benched meanwhile, for another block
      break;
    }
    if (last.kind == ErrorKind::not_found) {
      // It may be the first to be free again: what it says twice tells nothing of others.
      absent[node] = true;
      if (all_in_play_are(absent)) {
        if (++rounds == kRounds) break;
        absent.assign(absent.size(), false);
      }
      pool_->rest(node, last.message);
    } else if (!doubted[node]) {
      doubted[node] = true;
      again = node;
    } else if (!pool_->bench_unless_last(node, last.message) && ++rounds == kRounds) {
      break;  // what it says is checked again and again, with time in between
    }
  }
  return fail(std::move(last));
}

bool EvmSource::all_in_play_are(const std::vector<bool>& absent) const {
  for (std::size_t node = 0; node < absent.size(); ++node) {
    if (!absent[node] && !pool_->benched(node)) return false;
  }
  return true;
}

bool EvmSource::to_be_confirmed(std::uint64_t number) const {
  if (options_.confirm_one_in == 0 || traces_ == TraceMethod::none || pool_->in_play() < 2)
    return false;
  // Fibonacci hashing (Knuth, TAOCP 3, 6.4), seeded.
  const std::uint64_t mixed = (number ^ senders_.seed) * 0x9e3779b97f4a7c15;
  return (mixed >> 32) % options_.confirm_one_in == 0;
}

// Asks all nodes for the same block and takes the word of most of them. Those that do not have it
// yet, or whose answer fails the checks, have no voice.
std::unique_ptr<EvmLiveBlock> EvmSource::confirm(std::unique_ptr<EvmLiveBlock> block) {
  const Wanted wanted(block->number, block->hash, traces_);
  std::vector<NodePool::Served> heard;
  {
    // Who is asked by another thread already is passed over.
    const std::lock_guard lock(confirming_);
    for (int tries = 0; tries < kConfirmTries && heard.size() < pool_->in_play(); ++tries)
      heard = pool_->call_each(wanted.calls, kConfirmSeconds);
  }
  std::vector<std::unique_ptr<EvmLiveBlock>> blocks;
  std::vector<std::size_t> nodes;
  std::vector<const std::vector<chain::Transfer>*> said;
  for (const auto& served : heard) {
    auto other = read(wanted, served.answers);
    if (!other) continue;
    (*other)->node = nodes_[served.node].url;
    blocks.push_back(std::move(*other));
    nodes.push_back(served.node);
    said.push_back(&blocks.back()->block.transfers);
  }
  if (said.empty()) return block;
  const auto verdict = count_votes(said);
  if (verdict.agreement == Agreement::alone) return block;
  for (const auto place : verdict.outvoted)
    pool_->bench_unless_last(
        nodes[place], wanted.text() + ": its internal transfers are not those of other nodes");
  auto& winner = blocks[verdict.winner];
  winner->disputed = verdict.agreement == Agreement::disputed;
  if (winner->disputed)
    winner->block.parts |= chain::kCallsDisputed;
  else if (options_.confirm_one_in == 1)  // a ledger does not tell which sample was taken
    winner->block.parts |= chain::kCallsConfirmed;
  return std::move(winner);
}

Result<std::unique_ptr<EvmLiveBlock>> EvmSource::ask(const Wanted& wanted,
                                                     std::optional<std::size_t> only,
                                                     std::size_t& node) {
  CLEW_TRY(served, pool_->call(wanted.calls, only));
  node = served.node;
  auto block = read(wanted, served.answers);
  if (!block) return fail(std::move(block).error().within(nodes_[node].url + ": " + wanted.text()));
  (*block)->node = nodes_[node].url;
  return block;
}

// That traces asked for by number are those of the block that is wanted.
Result<void> EvmSource::check_branch(const Wanted& wanted, const RpcAnswers& answers) {
  if (!wanted.hash || wanted.calls.size() < 4) return {};
  auto reader = take_reader();
  auto there = reader->read_head(answers[3].text);
  return_reader(std::move(reader));
  if (!there) return fail(std::move(there).error());
  if (there->hash == *wanted.hash) return {};
  return fail(ErrorKind::not_found, "trace_block: the block is not on the node's branch");
}

Result<std::unique_ptr<EvmLiveBlock>> EvmSource::read(const Wanted& wanted,
                                                      const RpcAnswers& answers) {
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i].error) return fail(ErrorKind::data, said(wanted.calls[i], *answers[i].error));
    if (answers[i].null_result)
      return fail(i == 0 ? ErrorKind::not_found : ErrorKind::data,
                  wanted.calls[i].method + ": no such block");
  }
  CLEW_CHECK(check_branch(wanted, answers));
  EvmAnswers texts{.block = answers[0].text, .receipts = answers[1].text, .form = wanted.form};
  if (wanted.traced) texts.calls = wanted.calls.size() > 2 ? answers[2].text : no_calls();
  auto reader = take_reader();
  auto block = reader->read(texts);
  return_reader(std::move(reader));
  if (!block) return block;
  if ((*block)->number != wanted.number || (wanted.hash && (*block)->hash != *wanted.hash))
    return fail(ErrorKind::data, "the answer is block " + std::to_string((*block)->number) + " (" +
                                     evm::to_text((*block)->hash) + ")");
  return block;
}

// A subscription only tells that there is news; what it is, is asked for. Without one, or when it
// breaks, time tells.
void EvmSource::wait_for_head(double seconds) {
  if (!new_heads_ && !sockets_.empty()) {
    auto opened = RpcSubscription::open(sockets_[next_socket_++ % sockets_.size()], options_.rpc);
    if (opened) new_heads_ = std::move(*opened);
  }
  if (new_heads_) {
    if (const auto news = new_heads_->next(seconds)) return;
    new_heads_.reset();
  }
  options_.pool.clock->sleep(seconds);
}

}  // namespace clew::ingest
