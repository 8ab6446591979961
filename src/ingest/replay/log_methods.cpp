#include "ingest/replay/block_text.h"
#include "ingest/replay/log_filter.h"
#include "ingest/replay/methods.h"
#include "ingest/replay/params.h"

namespace clew::replay {
namespace {

constexpr std::uint64_t kRangeMax = 10'000;  // blocks

// The blocks that a filter ranges over: one by its hash, or from one number to another.
tl::expected<std::vector<const world::IndexEntry*>, RpcError> range_of(const WorldChain& chain,
                                                                       const View& view,
                                                                       const Json& filter) {
  std::vector<const world::IndexEntry*> entries;
  if (const Json& hash = field(filter, "blockHash"); !hash.is_null()) {
    const auto entry = chain.find_block(view, hash);
    if (!entry) return tl::unexpected(entry.error());
    if (*entry == nullptr) return refuse(kServerError, "unknown block");
    entries.push_back(*entry);
    return entries;
  }
  const auto from = chain.read_number(view, field(filter, "fromBlock"));
  const auto to = chain.read_number(view, field(filter, "toBlock"));
  if (!from) return tl::unexpected(from.error());
  if (!to) return tl::unexpected(to.error());
  if (*to < *from) return refuse(kInvalidParams, "invalid block range params");
  const std::uint64_t last = std::min(*to, view.head);
  if (last >= *from && last - *from >= kRangeMax)
    return refuse(-32005, "query returned more than 10000 blocks");
  for (std::uint64_t number = *from; number <= last; ++number)
    if (const auto* entry = view.find(chain.store(), number)) entries.push_back(entry);
  return entries;
}

Reply get_logs(WorldChain& chain, const Json& params, Faults& faults) {
  const Json& asked = param(params, 0);
  const auto filter = LogFilter::read(asked);
  if (!filter) return tl::unexpected(filter.error());
  const auto entries = range_of(chain, view_for(chain, faults), asked);
  if (!entries) return tl::unexpected(entries.error());
  std::string text;
  JsonText json(text);
  json.open_array();
  for (const world::IndexEntry* entry : *entries)
    if (const auto done = append_logs(json, chain, *entry, *filter, false); !done)
      return refuse(kServerError, done.error().message);
  json.close_array();
  return text;
}

constexpr Method kMethods[] = {{"eth_getLogs", get_logs}};

}  // namespace

std::span<const Method> log_methods() {
  return kMethods;
}

Result<void> append_logs(JsonText& json, const WorldChain& chain, const world::IndexEntry& entry,
                         const LogFilter& filter, bool removed) {
  BlockFacts facts;
  CLEW_CHECK(load_facts(chain.store(), entry, facts));
  if (!filter.may_match(facts.block.header.logs_bloom)) return {};
  for (std::size_t tx = 0; tx < facts.receipts.receipts.size(); ++tx) {
    const evm::Receipt& receipt = facts.receipts.receipts[tx];
    for (std::size_t i = 0; i < receipt.log_count; ++i)
      if (filter.matches(facts.receipts.logs[receipt.first_log + i]))
        append_log(json, facts, tx, receipt.first_log + i, removed);
  }
  return {};
}

}  // namespace clew::replay
