#include "ingest/replay/falsify.h"

#include <algorithm>

namespace clew::replay {
namespace {

bool name_wrong_parent(evm::Block& block) {
  block.header.parent[0] ^= 1;
  block.hash = evm::header_hash(block.header);
  return true;
}

bool change_transaction(evm::Block& block, Faults& faults) {
  if (block.transactions.empty()) return false;
  evm::Transaction& tx = block.transactions[faults.pick(block.transactions.size())];
  tx.value = U256::wrapping_add(tx.value, U256(1));
  return true;
}

// All but the gas, by which it would show at once.
bool swap_receipts(evm::Receipts& receipts, Faults& faults) {
  auto& list = receipts.receipts;
  if (list.size() < 2) return false;
  const std::size_t i = faults.pick(list.size() - 1);
  std::swap(list[i], list[i + 1]);
  std::swap(list[i].cumulative_gas_used, list[i + 1].cumulative_gas_used);
  return true;
}

bool change_log(evm::Receipts& receipts, Faults& faults) {
  if (receipts.logs.empty()) return false;
  evm::Log& log = receipts.logs[faults.pick(receipts.logs.size())];
  log.address.back() ^= 1;
  return true;
}

bool lose_logs(evm::Receipts& receipts, Faults& faults) {
  if (receipts.logs.empty()) return false;
  auto& list = receipts.receipts;
  for (std::size_t i = faults.pick(list.size());; i = (i + 1) % list.size()) {
    if (list[i].log_count == 0) continue;
    list[i].log_count = 0;
    return true;
  }
}

bool change_call(BlockFacts& facts, Faults& faults) {
  auto& calls = facts.stored.calls.calls;
  if (calls.empty()) return false;
  evm::Call& call = calls[faults.pick(calls.size())];
  call.value = U256::wrapping_add(call.value, U256(1));
  return true;
}

bool lose_calls(BlockFacts& facts) {
  if (facts.first_calls.size() < 2) return false;
  facts.first_calls.pop_back();
  return true;
}

}  // namespace

bool falsify(BlockFacts& facts, Fault fault, Faults& faults) {
  switch (fault) {
    case Fault::wrong_parent:
      return name_wrong_parent(facts.block);
    case Fault::changed_block:
      return change_transaction(facts.block, faults);
    case Fault::swapped_receipts:
      return swap_receipts(facts.receipts, faults);
    case Fault::changed_receipts:
      return change_log(facts.receipts, faults);
    case Fault::missing_logs:
      return lose_logs(facts.receipts, faults);
    case Fault::changed_traces:
      return change_call(facts, faults);
    case Fault::missing_traces:
      return lose_calls(facts);
    default:
      return false;
  }
}

}  // namespace clew::replay
