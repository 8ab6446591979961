#include "graph/account/trace_origin.h"

#include <algorithm>
#include <unordered_map>

#include "graph/account/amount.h"
#include "graph/account/moments.h"

namespace clew::account {
namespace {

// The incomes of one address, and what its sendings show that it had before them.
class Incomes {
 public:
  Incomes(const Snapshot& snapshot, const OriginOptions& options, TransferSpan span)
      : snapshot_(snapshot), options_(options), span_(span) {}

  void read(AddressId address, Origins& origins) {
    balances_.clear();
    auto walk =
        snapshot_.walk(address, {.until = span_.until, .asset = options_.asset, .values = true});
    std::array<Passage, 64> some;
    while (!walk.at_end()) {
      if (walk.passed() >= options_.postings_max) {
        origins.cut = true;
        return;
      }
      const auto count = walk.read(some, options_.postings_max - walk.passed());
      for (std::size_t i = 0; i < count; ++i)
        pass(address, some[i], origins);
    }
  }

 private:
  void pass(AddressId address, const Passage& passage, Origins& origins) {
    auto& balance = balances_[passage.asset];
    if (passage.sends) {
      if (balance < passage.value && span_.from == 0)
        origins.list.push_back({passage.transfer, address, minus(passage.value, balance)});
      balance = balance < passage.value ? U256() : minus(balance, passage.value);
      return;
    }
    balance = plus(balance, passage.value);
    if (passage.other != address && passage.transfer >= span_.from && !passage.value.is_zero())
      origins.list.push_back({passage.transfer});
  }

  const Snapshot& snapshot_;
  const OriginOptions& options_;
  const TransferSpan span_;
  std::unordered_map<AssetId, U256> balances_;
};

void cut(Origins& origins, const OriginOptions& options) {
  if (origins.list.size() <= options.transfers_max) return;
  origins.list.resize(options.transfers_max);
  origins.cut = true;
}

}  // namespace

Origins origins_of(const Snapshot& snapshot, TxId tx, const OriginOptions& options) {
  Origins origins;
  const auto row = snapshot.tx(tx);
  for (std::uint32_t i = 0; i < row.transfer_count; ++i) {
    const auto transfer = snapshot.transfer(row.first_transfer + i);
    if (transfer.kind == chain::TransferKind::fee || transfer.value.is_zero()) continue;
    if (!options.asset || transfer.asset == *options.asset) origins.list.push_back({transfer.id});
  }
  cut(origins, options);
  return origins;
}

Origins origins_of(const Snapshot& snapshot, std::span<const AddressId> addresses,
                   const OriginOptions& options) {
  Origins origins;
  Incomes incomes(snapshot, options, span_of(snapshot, options.window));
  for (const auto address : addresses)
    incomes.read(address, origins);
  std::stable_sort(
      origins.list.begin(), origins.list.end(),
      [](const TraceOrigin& a, const TraceOrigin& b) { return a.transfer < b.transfer; });
  // One between two of the addresses comes once.
  const auto same = [](const TraceOrigin& a, const TraceOrigin& b) {
    return a.transfer == b.transfer && a.before_of == b.before_of;
  };
  origins.list.erase(std::unique(origins.list.begin(), origins.list.end(), same),
                     origins.list.end());
  cut(origins, options);
  return origins;
}

}  // namespace clew::account
