#include "ingest/bitcoin_node/bitcoin_source.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "chain/bitcoin/params.h"
#include "ingest/bitcoin_node/bitcoin_calls.h"
#include "ingest/bitcoin_node/node_block.h"
#include "ingest/bitcoin_node/rest_client.h"

namespace clew::ingest {
namespace {

using nlohmann::json;

// The network's name in a node's words.
const bitcoin::ChainParams* chain_named(const json& info) {
  if (!info.is_object() || !info.contains("chain") || !info["chain"].is_string()) return nullptr;
  return bitcoin::find_chain(info["chain"].get<std::string>());
}

}  // namespace

Result<std::unique_ptr<BitcoinSource>> BitcoinSource::open(const std::vector<std::string>& urls,
                                                           const BitcoinSourceOptions& options) {
  if (options.verbosity < 0 || options.verbosity > kVerbosityMax)
    return fail(ErrorKind::usage, "verbosity is 0 to " + std::to_string(kVerbosityMax));
  std::unique_ptr<BitcoinSource> source(new BitcoinSource);
  source->verbosity_ = options.verbosity;
  if (!options.notices.empty()) {
    CLEW_TRY(notices, BlockNotices::open(options.notices));
    source->notices_ = std::move(notices);
  }
  source->clock_ = options.pool.clock;
  std::vector<std::unique_ptr<RpcClient>> clients;
  const auto call = bitcoin_call("getblockchaininfo");
  for (const auto& url : urls) {
    CLEW_TRY(client, is_rest_url(url) ? open_rest(url, options.rpc) : open_rpc(url, options.rpc));
    const auto answers = client->call(call);
    if (!answers) {
      source->left_out_.push_back(answers.error().message);
      continue;
    }
    CLEW_TRY(info, result_of(call, (*answers)[0]));
    const auto* chain = options.chain != nullptr ? options.chain : chain_named(info);
    if (chain == nullptr)
      return fail(ErrorKind::data, client->url().shown() + " is of a network that is not known");
    if (source->chain_ != nullptr && source->chain_ != chain)
      return fail(ErrorKind::data, client->url().shown() + " is of network " +
                                       std::string(chain->network) + ", another node of " +
                                       std::string(source->chain_->network));
    source->chain_ = chain;
    clients.push_back(std::move(client));
  }
  if (clients.empty()) {
    std::string text = "no node can be used";
    for (const auto& reason : source->left_out_)
      text += "; " + reason;
    return fail(ErrorKind::network, text);
  }
  source->pool_ = std::make_unique<NodePool>(std::move(clients), options.pool);
  return source;
}

Result<LiveHead> BitcoinSource::head() {
  const auto call = bitcoin_call("getblockchaininfo");
  CLEW_TRY(served, pool_->call({&call, 1}));
  CLEW_TRY(info, result_of(call, served.answers[0]));
  if (!info.is_object() || !info.contains("blocks") || !info["blocks"].is_number_unsigned())
    return fail(ErrorKind::data, "getblockchaininfo: no number of blocks");
  CLEW_TRY(hash, block_hash_of(info.value("bestblockhash", json()), "getblockchaininfo"));
  return LiveHead{info["blocks"].get<std::uint64_t>(), hash};
}

Result<std::unique_ptr<LiveBlock>> BitcoinSource::fetch(std::uint64_t number) {
  const auto call = bitcoin_call("getblockhash", json::array({number}));
  CLEW_TRY(served, pool_->call({&call, 1}));
  CLEW_TRY(text, result_of(call, served.answers[0]));
  CLEW_TRY(hash, block_hash_of(text, "getblockhash"));
  return fetch(hash, number, served.node);
}

Result<std::unique_ptr<LiveBlock>> BitcoinSource::fetch(const LiveHead& block) {
  return fetch(block.hash, block.number, {});
}

// A node whose bytes fail the checks is benched if there is another.
Result<std::unique_ptr<LiveBlock>> BitcoinSource::fetch(const Hash256& hash, std::uint64_t number,
                                                        std::optional<std::size_t> node) {
  for (;;) {
    auto answer = ask_block(*pool_, hash, verbosity_, node);
    if (!answer && !node) return fail(std::move(answer).error());  // nobody answered
    auto block =
        answer ? decode(std::move(*answer), hash, number) : fail(std::move(answer).error());
    const auto name = pool_->report()[*node].url;
    if (block) {
      (*block)->node = name;
      return block;
    }
    auto error = std::move(block).error().within(name + ": block " + std::to_string(number));
    if (error.kind == ErrorKind::stopped || error.kind == ErrorKind::network)
      return fail(std::move(error));
    if (error.kind == ErrorKind::not_found) {
      pool_->rest(*node, error.message);
      return fail(std::move(error));
    }
    // Another thread may have benched it already: then there are others.
    if (!pool_->bench_unless_last(*node, error.message)) return fail(std::move(error));
    node.reset();
  }
}

Result<std::unique_ptr<LiveBlock>> BitcoinSource::decode(NodeBlock answer, const Hash256& hash,
                                                         std::uint64_t number) {
  auto block = std::make_unique<BitcoinLiveBlock>();
  block->raw = std::move(answer.raw);
  block->spent = std::move(answer.spent);
  std::unique_ptr<bitcoin::BlockDecoder> decoder;
  {
    const std::lock_guard lock(mutex_);
    if (!decoders_.empty()) {
      decoder = std::move(decoders_.back());
      decoders_.pop_back();
    }
  }
  if (!decoder) decoder = std::make_unique<bitcoin::BlockDecoder>(*chain_);
  const auto decoded = decoder->decode(block->raw, block->block);
  {
    const std::lock_guard lock(mutex_);
    decoders_.push_back(std::move(decoder));
  }
  if (!decoded) return fail(decoded.error());
  if (block->block.hash != hash)
    return fail(ErrorKind::data, "the bytes are those of block " + to_display(block->block.hash));
  // Where the block says its height itself, the node's word is held against it.
  const auto stated = bitcoin::coinbase_height(block->block);
  if (block->block.header.version >= 2 && stated && number >= chain_->bip34_height &&
      *stated != number)
    return fail(ErrorKind::data, "the block says its height is " + std::to_string(*stated));
  block->number = number;
  block->hash = hash;
  block->parent = block->block.header.previous;
  block->time = block->block.header.time;
  block->bytes = block->raw.size();
  block->transactions = block->block.txids.size();
  return std::unique_ptr<LiveBlock>(std::move(block));
}

// A notice only says that there is news; what it is, is asked for. Without one, time tells.
void BitcoinSource::wait_for_head(double seconds) {
  if (notices_) {
    notices_->wait(seconds);
  } else {
    clock_->sleep(seconds);
  }
}

}  // namespace clew::ingest
