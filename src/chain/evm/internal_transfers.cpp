#include "chain/evm/internal_transfers.h"

#include <algorithm>
#include <map>
#include <set>

namespace clew::evm {
namespace {

using chain::Transfer;
using chain::TransferKind;

bool moves_value(const Call& call) {
  switch (call.kind) {
    case CallKind::call:
    case CallKind::create:
    case CallKind::create2:
    case CallKind::self_destruct:
      return !call.value.is_zero();
    case CallKind::call_code:
    case CallKind::delegate_call:
    case CallKind::static_call:
      return false;
  }
  return false;
}

// Contracts that have ended, and what they were sent since. It goes with them when the transaction
// is over.
class EndedContracts {
 public:
  EndedContracts(std::span<const Call> calls, bool ends_rarely) : ends_rarely_(ends_rarely) {
    const auto ends = [](const Call& call) { return call.kind == CallKind::self_destruct; };
    if (!ends_rarely || std::ranges::none_of(calls, ends)) return;
    for (const Call& call : calls) {
      if (call.creates() && !call.undone && call.to) created_.insert(*call.to);
    }
  }

  bool ends(const Address& contract) const { return !ends_rarely_ || created_.contains(contract); }
  void end(const Address& contract, std::uint32_t place) {
    if (ends(contract)) ended_.try_emplace(contract, Ended{{}, place});
  }
  void move(const Address& from, const Address& to, const U256& value) {
    if (ended_.empty()) return;
    if (const auto found = ended_.find(from); found != ended_.end()) {
      found->second.left = checked_sub(found->second.left, value).value_or(U256());
    }
    if (const auto found = ended_.find(to); found != ended_.end()) {
      found->second.left = checked_add(found->second.left, value).value_or(U256::max());
    }
  }
  void append_burnt(Transfer transfer, std::vector<Transfer>& out) const {
    transfer.to.reset();
    for (const auto& [contract, ended] : ended_) {
      if (ended.left.is_zero()) continue;
      transfer.from = contract;
      transfer.value = ended.left;
      transfer.place = ended.place;
      out.push_back(transfer);
    }
  }

 private:
  struct Ended {
    U256 left;
    std::uint32_t place = 0;  // of the self-destruct
  };
  bool ends_rarely_;
  std::set<Address> created_;
  std::map<Address, Ended> ended_;
};

}  // namespace

void append_internal(std::span<const Call> calls, bool ends_rarely, std::vector<Transfer>& out) {
  EndedContracts ended(calls, ends_rarely);
  Transfer transfer;
  transfer.kind = TransferKind::internal;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const Call& call = calls[i];
    if (call.undone || !call.to) continue;
    if (i > 0 && is_call_to_precompile(call)) continue;
    transfer.tx = call.tx;
    const std::uint32_t place = transfer.place++;
    if (call.kind == CallKind::self_destruct) ended.end(call.from, place);
    if (i == 0 || !moves_value(call)) continue;
    Transfer moved = transfer;
    moved.place = place;
    moved.from = call.from;
    moved.to = call.to;
    moved.value = call.value;
    if (call.kind == CallKind::self_destruct && call.from == *call.to) {
      if (!ended.ends(call.from)) continue;  // it keeps what it has
      moved.to.reset();
    } else {
      ended.move(call.from, *call.to, call.value);
    }
    out.push_back(moved);
  }
  ended.append_burnt(transfer, out);
}

}  // namespace clew::evm
