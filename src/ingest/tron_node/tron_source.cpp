#include "ingest/tron_node/tron_source.h"

#include <array>

#include "ingest/tron_node/tron_client.h"

namespace clew::ingest {
namespace {

std::string by_number(std::uint64_t number) {
  return R"({"num":)" + std::to_string(number) + "}";
}

RpcCall infos_of(std::uint64_t number) {
  return {"gettransactioninfobyblocknum", by_number(number)};
}

}  // namespace

Result<std::unique_ptr<TronSource>> TronSource::open(const std::vector<std::string>& urls,
                                                     const TronSourceOptions& options) {
  std::unique_ptr<TronSource> source(new TronSource);
  std::vector<std::unique_ptr<RpcClient>> clients;
  for (const auto& url : urls) {
    CLEW_TRY(client, open_tron(url, options.rpc));
    clients.push_back(std::move(client));
  }
  source->clock_ = options.pool.clock;
  source->pool_ = std::make_unique<NodePool>(std::move(clients), options.pool);
  return source;
}

Result<LiveHead> TronSource::head() {
  const RpcCall call{"getnowblock", "{}"};
  CLEW_TRY(served, pool_->call({&call, 1}));
  tron::NodeJsonReader reader;
  auto block = reader.read_block(served.answers[0].text);
  if (!block) {
    pool_->rest(served.node, block.error().message);
    return fail(std::move(block).error().within(pool_->report()[served.node].url));
  }
  return LiveHead{block->header.number, block->id};
}

Result<std::unique_ptr<LiveBlock>> TronSource::fetch(std::uint64_t number) {
  const std::array calls = {RpcCall{"getblockbynum", by_number(number)}, infos_of(number)};
  return fetch(calls, number, {});
}

Result<std::unique_ptr<LiveBlock>> TronSource::fetch(const LiveHead& block) {
  const std::array calls = {RpcCall{"getblockbyid", R"({"value":")" + to_hex(block.hash) + "\"}"},
                            infos_of(block.number)};
  return fetch(calls, block.number, block.hash);
}

// A node is given a second chance, as a reorganisation between two of its answers makes them
// contradict each other; then it is benched if there is another.
Result<std::unique_ptr<LiveBlock>> TronSource::fetch(std::span<const RpcCall> calls,
                                                     std::uint64_t number,
                                                     const std::optional<Hash256>& hash) {
  std::optional<std::size_t> again;
  for (;;) {
    auto served = pool_->call(calls, again);
    if (!served) {
      // Benched meanwhile, for another block.
      const bool others = again && served.error().kind == ErrorKind::network;
      if (!others) return fail(std::move(served).error());
      again.reset();
      continue;
    }
    auto block = read(served->answers, number, hash);
    const auto node = served->node;
    const auto name = pool_->report()[node].url;
    if (block) {
      (*block)->node = name;
      return std::unique_ptr<LiveBlock>(std::move(*block));
    }
    auto error = std::move(block).error().within(name + ": block " + std::to_string(number));
    if (error.kind == ErrorKind::not_found) {
      pool_->rest(node, error.message);
      return fail(std::move(error));
    }
    if (again != node) {
      again = node;
      continue;
    }
    if (!pool_->bench_unless_last(node, error.message)) return fail(std::move(error));
    again.reset();
  }
}

Result<std::unique_ptr<TronLiveBlock>> TronSource::read(const RpcAnswers& answers,
                                                        std::uint64_t number,
                                                        const std::optional<Hash256>& hash) {
  thread_local tron::NodeJsonReader reader;
  CLEW_TRY(block, reader.read_block(answers[0].text));
  if (block.header.number != number)
    return fail(ErrorKind::data, "it is block " + std::to_string(block.header.number));
  if (hash && block.id != *hash) return fail(ErrorKind::data, "it is block " + to_hex(block.id));
  CLEW_TRY(infos, reader.read_infos(answers[1].text));
  block.infos = std::move(infos);
  return tron_live_block(blocks_, block, answers.bytes());
}

void TronSource::wait_for_head(double seconds) {
  clock_->sleep(seconds);
}

}  // namespace clew::ingest
