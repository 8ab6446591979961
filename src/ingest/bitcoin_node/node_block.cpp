#include "ingest/bitcoin_node/node_block.h"

#include "chain/bitcoin/block.h"
#include "ingest/bitcoin_node/bitcoin_calls.h"

namespace clew::ingest {
namespace {

using nlohmann::json;

constexpr std::size_t kTransactionsPerRequest = 200;

Result<Bytes> bytes_of(const json& text, const std::string& what) {
  if (text.is_string())
    if (auto bytes = from_hex(text.get_ref<const std::string&>())) return std::move(*bytes);
  return fail(ErrorKind::data, what + ": the bytes are not hexadecimal");
}

// Asks the node for transactions of a block by their ids and appends their bytes.
Result<void> append_transactions(NodePool& pool, std::size_t node, const json& ids,
                                 const std::string& block, Bytes& raw) {
  for (std::size_t first = 0; first < ids.size(); first += kTransactionsPerRequest) {
    std::vector<RpcCall> calls;
    for (auto i = first; i < std::min(ids.size(), first + kTransactionsPerRequest); ++i)
      calls.push_back(bitcoin_call("getrawtransaction", json::array({ids[i], false, block})));
    CLEW_TRY(served, pool.call(calls, node));
    for (std::size_t i = 0; i < calls.size(); ++i) {
      CLEW_TRY(text, result_of(calls[i], served.answers[i]));
      CLEW_TRY(bytes, bytes_of(text, "transaction " + ids[first + i].dump()));
      raw.insert(raw.end(), bytes.begin(), bytes.end());
    }
  }
  return {};
}

Result<NodeBlock> from_ids(NodePool& pool, std::size_t node, const json& listed,
                           const std::string& block) {
  if (!listed.is_object() || !listed.contains("tx") || !listed["tx"].is_array())
    return fail(ErrorKind::data, "getblock: no list of transactions");
  const auto call = bitcoin_call("getblockheader", json::array({block, false}));
  CLEW_TRY(served, pool.call({&call, 1}, node));
  CLEW_TRY(header, result_of(call, served.answers[0]));
  NodeBlock answer;
  CLEW_TRY(bytes, bytes_of(header, "getblockheader"));
  answer.raw = std::move(bytes);
  bitcoin::append_compact_size(answer.raw, listed["tx"].size());
  CLEW_CHECK(append_transactions(pool, node, listed["tx"], block, answer.raw));
  return answer;
}

Result<NodeBlock> from_verbose(std::string_view answer) {
  thread_local bitcoin::VerboseBlockParser parser;
  CLEW_TRY(block, parser.parse(answer));
  if (!block.header_complete) return fail(ErrorKind::data, "getblock: the header is not whole");
  return NodeBlock{std::move(block.raw), std::move(block.spent)};
}

}  // namespace

Result<NodeBlock> ask_block(NodePool& pool, const Hash256& hash, int verbosity,
                            std::optional<std::size_t>& node) {
  const auto name = to_display(hash);
  const auto call = bitcoin_call("getblock", json::array({name, verbosity}));
  CLEW_TRY(served, pool.call({&call, 1}, node));
  node = served.node;
  if (verbosity >= 2) {
    CLEW_CHECK(check_answer(call, served.answers[0]));
    return from_verbose(served.answers[0].text);
  }
  CLEW_TRY(result, result_of(call, served.answers[0]));
  if (verbosity == 1) {
    // A node does not serve the transaction of the first block.
    const bool first = result.is_object() && !result.contains("previousblockhash");
    return first ? ask_block(pool, hash, 0, node) : from_ids(pool, served.node, result, name);
  }
  CLEW_TRY(raw, bytes_of(result, "getblock"));
  return NodeBlock{std::move(raw), {}};
}

}  // namespace clew::ingest
