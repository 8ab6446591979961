#include "ingest/replay/block_facts.h"

namespace clew::replay {
namespace {

Result<void> check_parts(const BlockFacts& facts, const world::IndexEntry& entry) {
  const std::size_t count = facts.block.transactions.size();
  if (facts.block.hash != entry.hash || facts.block.header.number != entry.number)
    return fail(ErrorKind::data, "the record is of another block than the index says");
  if (facts.stored.senders.size() != count || facts.receipts.receipts.size() != count)
    return fail(ErrorKind::data, "not as many receipts and senders as transactions");
  if (facts.stored.logs.size() != facts.receipts.logs.size())
    return fail(ErrorKind::data, "not as many places of logs as logs");
  std::uint64_t gas = 0;
  for (const evm::Receipt& receipt : facts.receipts.receipts) {
    if (receipt.cumulative_gas_used < gas) return fail(ErrorKind::data, "the gas used falls");
    gas = receipt.cumulative_gas_used;
  }
  return {};
}

// Each transaction has calls, in preorder.
Result<void> find_calls(BlockFacts& facts) {
  const auto& calls = facts.stored.calls.calls;
  facts.first_calls.clear();
  std::uint32_t depth = 0;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const bool outer = calls[i].depth == 0;
    if (outer) facts.first_calls.push_back(i);
    if (facts.first_calls.empty() || calls[i].tx + 1 != facts.first_calls.size() ||
        (!outer && calls[i].depth > depth + 1))
      return fail(ErrorKind::data, "call " + std::to_string(i) + " is out of order");
    depth = calls[i].depth;
  }
  if (facts.first_calls.size() != facts.block.transactions.size())
    return fail(ErrorKind::data, "not as many outermost calls as transactions");
  facts.first_calls.push_back(calls.size());
  return {};
}

Result<void> load(const world::Store& store, const world::IndexEntry& entry, BlockFacts& out) {
  CLEW_CHECK(store.read(entry, out.stored));
  evm::BlockDecoder decoder;
  CLEW_CHECK(decoder.decode(out.stored.raw, out.block));
  out.receipts.clear();
  for (const ByteView raw : out.stored.receipts)
    CLEW_CHECK(evm::append_receipt(raw, out.receipts));
  out.size = out.stored.raw.size();
  // The simulator never fills blocks with blobs, so that their gas costs the least it can.
  out.blob_gas_price = U256(1);
  CLEW_CHECK(check_parts(out, entry));
  return find_calls(out);
}

}  // namespace

Result<void> load_facts(const world::Store& store, const world::IndexEntry& entry,
                        BlockFacts& out) {
  auto done = load(store, entry, out);
  if (!done) return fail(std::move(done).error().within("block " + std::to_string(entry.number)));
  return {};
}

}  // namespace clew::replay
