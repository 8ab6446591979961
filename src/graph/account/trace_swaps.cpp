#include "graph/account/trace_swaps.h"

#include <algorithm>

#include "graph/account/amount.h"

namespace clew::account {
namespace {

using chain::TransferKind;

// More in one transaction are payouts to many, or meant to cost time.
constexpr std::uint32_t kTransfersMax = 2'000;

bool is_fungible(const TransferRow& row) {
  return row.kind == TransferKind::native || row.kind == TransferKind::internal ||
         row.kind == TransferKind::erc20;
}

bool gained(const SwapFlow& flow) {
  return flow.in > flow.out;
}
bool lost(const SwapFlow& flow) {
  return flow.out > flow.in;
}
bool any_of(const SwapFlows& flows, bool (*what)(const SwapFlow&)) {
  return std::any_of(flows.begin(), flows.end(),
                     [&](const auto& each) { return what(each.second); });
}

}  // namespace

AddressId TraceSwaps::payer(const TransferRow& row) const {
  return options_.direction == TraceDirection::backward ? row.to : row.from;
}
AddressId TraceSwaps::payee(const TransferRow& row) const {
  return options_.direction == TraceDirection::backward ? row.from : row.to;
}
void TraceSwaps::load(TxId tx) {
  if (tx == tx_) return;
  tx_ = tx;
  rows_.clear();
  payers_.clear();
  flows_.clear();
  deals_.clear();
  const auto row = snapshot_.tx(tx);
  if (row.transfer_count < 2 || row.transfer_count > kTransfersMax) return;
  if (!work_.spend(row.transfer_count)) return;
  for (std::uint32_t i = 0; i < row.transfer_count; ++i) {
    const auto transfer = snapshot_.transfer(row.first_transfer + i);
    if (transfer.kind != TransferKind::fee && !transfer.value.is_zero() &&
        transfer.from != transfer.to)
      rows_.push_back(transfer);
  }
  if (options_.direction == TraceDirection::backward) std::reverse(rows_.begin(), rows_.end());
  for (const auto& transfer : rows_)
    payers_.push_back(payer(transfer));
  std::sort(payers_.begin(), payers_.end());
  count_flows();
}

void TraceSwaps::count_flows() {
  for (const auto& row : rows_) {
    auto& out = flows_[owner(payer(row), row.asset)][row.asset].out;
    auto& in = flows_[owner(payee(row), row.asset)][row.asset].in;
    out = plus(out, row.value);
    in = plus(in, row.value);
  }
}

// Whose loss or gain it is, where it may be nobody's.
AddressId TraceSwaps::owner(AddressId id, AssetId asset) const {
  if (!is_nobody(id) || asset == kCoin) return id;
  return snapshot_.find_address(snapshot_.asset(asset).contract).value_or(id);
}

bool TraceSwaps::pays_anything(AddressId party) const {
  return std::binary_search(payers_.begin(), payers_.end(), party);
}

// Whom it goes to gives something in this transaction, or it is destroyed, or it goes to the
// contract of an asset that is got. Else it is a payment beside the deal.
bool TraceSwaps::is_part(const TransferRow& row, const SwapDeal& deal) const {
  const auto to = payee(row);
  if (is_nobody(to) || pays_anything(to)) return true;
  const auto contract = snapshot_.address(to);
  return std::any_of(deal.gains.begin(), deal.gains.end(), [&](const SwapGain& gain) {
    return gain.asset != kCoin && snapshot_.asset(gain.asset).contract == contract;
  });
}

SwapDeal TraceSwaps::make_deal(AddressId party) {
  SwapDeal deal{.tx = tx_, .party = party, .taker = party};
  for (const auto& row : rows_)
    if ((payer(row) == party || payee(row) == party) && !is_fungible(row))
      return deal;  // what is like nothing else has no share
  find_gains(deal);
  if (deal.gains.empty()) find_taker(deal);
  if (deal.gains.empty()) return deal;
  for (const auto& [asset, flow] : flows_[party])
    if (lost(flow)) deal.gifts.push_back({.asset = asset, .returned = flow.in});
  add_parts(deal);
  return deal;
}

// What the taker got of assets that the party did not give.
void TraceSwaps::find_gains(SwapDeal& deal) {
  const auto& given = flows_[deal.party];
  for (const auto& [asset, flow] : flows_[deal.taker]) {
    const auto mine = given.find(asset);
    if (gained(flow) && (mine == given.end() || !lost(mine->second)))
      deal.gains.push_back({asset, minus(flow.in, flow.out)});
  }
}

// A party that got nothing had another get it, if nobody else in the transaction gives for nothing,
// exactly one address gets something else for nothing, and somebody exchanges in between.
void TraceSwaps::find_taker(SwapDeal& deal) {
  std::size_t takers = 0, exchanges = 0;
  auto found = deal;
  for (const auto& [address, flows] : flows_) {
    if (address == deal.party) continue;
    const bool gains = any_of(flows, gained), loses = any_of(flows, lost);
    if (loses && !gains) return;
    exchanges += loses && gains;
    if (loses || !gains || is_nobody(address)) continue;
    auto tried = deal;
    tried.taker = address;
    find_gains(tried);
    if (tried.gains.empty()) continue;
    ++takers;
    found = std::move(tried);
  }
  const bool fungible = std::all_of(rows_.begin(), rows_.end(), is_fungible);
  if (takers == 1 && exchanges > 0 && fungible) deal = std::move(found);
}

// The transfers that the gifts are made of. What went to others, or of which more came back, is no
// gift.
void TraceSwaps::add_parts(SwapDeal& deal) const {
  const auto gives = [&](const TransferRow& row) {
    return payer(row) == deal.party && is_part(row, deal);
  };
  for (auto& gift : deal.gifts)
    for (const auto& row : rows_)
      if (row.asset == gift.asset && gives(row)) gift.value = plus(gift.value, row.value);
  std::erase_if(deal.gifts, [](const SwapGift& gift) { return gift.value <= gift.returned; });
  std::vector<U256> offsets(deal.gifts.size());
  for (const auto& row : rows_) {
    if (payee(row) == deal.party || payee(row) == deal.taker) deal.last = row.id;
    if (!gives(row)) continue;
    for (std::uint32_t i = 0; i < deal.gifts.size(); ++i) {
      if (deal.gifts[i].asset != row.asset) continue;
      deal.last = row.id;
      deal.parts.push_back({row.id, i, offsets[i]});
      offsets[i] = plus(offsets[i], row.value);
    }
  }
}

SwapDeal& TraceSwaps::deal_of(AddressId party) {
  for (auto& deal : deals_)
    if (deal.party == party) return deal;
  return deals_.emplace_back(make_deal(party));
}

SwapLeg TraceSwaps::leg_of(const TransferRow& row) {
  const auto party = payer(row);
  const auto tx = snapshot_.tx_of_transfer(row.id);
  if (!tx || is_nobody(party) || !is_fungible(row)) return {};
  load(*tx);
  if (rows_.size() < 2) return {};
  auto& deal = deal_of(party);
  for (const auto& part : deal.parts)
    if (part.transfer == row.id) return {&deal, &deal.gifts[part.gift], part.offset};
  return {};
}

namespace {

// Units [from, until) of a gift, as units of what was got for them: `size` of those, from `start`.
struct Stretching {
  U256 from, until, start, size;

  Taint of(const SwapGift& gift) const {
    Taint taint;
    const auto length = minus(until, from);
    if (length.is_zero()) return taint;
    const auto edge = [&](const U256& at) {
      const auto within = minus(std::clamp(at, from, until), from);
      return plus(start, share(size, within, length));
    };
    for (const auto& s : gift.taint.stretches) {
      const auto begin = edge(s.start), end = edge(plus(s.start, s.length));
      if (begin == end) continue;
      taint.stretches.push_back({begin, minus(end, begin), s.item});
      taint.amount = plus(taint.amount, minus(end, begin));
    }
    taint.any = !taint.stretches.empty();
    return taint;
  }
  // Of policies that move no single units.
  Taint share_of(const SwapGift& gift, bool poison) const {
    const auto length = minus(until, from);
    if (length.is_zero() || gift.value.is_zero()) return {};
    const auto part = share(gift.taint.amount, length, gift.value);
    const auto amount = share(size, part, length);
    return {poison || !amount.is_zero(), amount, {}};
  }
};

}  // namespace

std::vector<SwapShare> TraceSwaps::shares(const SwapDeal& deal) const {
  std::vector<SwapShare> shares;
  const auto add = [&](const SwapGift& gift, AssetId asset, const U256& value,
                       const Stretching& how) {
    auto taint = moves_segments(options_.policy)
                     ? how.of(gift)
                     : how.share_of(gift, options_.policy == TaintPolicy::poison);
    if (taint.any) shares.push_back({&gift, asset, value, std::move(taint)});
  };
  const U256 count(deal.gifts.size());
  for (std::size_t i = 0; i < deal.gifts.size(); ++i) {
    const auto& gift = deal.gifts[i];
    if (!gift.taint.any) continue;
    const auto kept = minus(gift.value, gift.returned);
    for (const auto& gain : deal.gains) {
      const auto start = share(gain.value, U256(i), count);
      const auto end = share(gain.value, U256(i + 1), count);
      add(gift, gain.asset, gain.value, {U256(), kept, start, minus(end, start)});
    }
    add(gift, gift.asset, gift.returned, {kept, gift.value, U256(), gift.returned});
  }
  return shares;
}

}  // namespace clew::account
