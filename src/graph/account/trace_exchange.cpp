// A trace that goes on as another asset.
#include <algorithm>

#include "graph/account/amount.h"
#include "graph/account/trace_run.h"

namespace clew::account {

// Whether the transfer is given for another asset; leg_ then says in which deal.
bool TraceRun::is_swapped(const TransferRow& row) {
  leg_ = options_.swaps ? swaps_.leg_of(row) : SwapLeg{};
  return leg_.deal != nullptr;
}

// What is traced of the transfer is kept with the deal until all of it has been seen.
void TraceRun::hand_in(const TransferRow& row, std::uint32_t index) {
  auto& gift = *leg_.gift;
  const auto& item = log_.items[index];
  gift.taint.any = true;
  gift.taint.amount = plus(gift.taint.amount, taint_.amount);
  for (const auto& s : taint_.stretches)
    gift.taint.stretches.push_back({plus(leg_.offset, s.start), s.length, index});
  gift.hops = std::min(gift.hops, item.hops);
  if (gift.widest == kNoItem || item.width > log_.items[gift.widest].width) gift.widest = index;
  if (!leg_.deal->pending && leg_.deal->last != row.id)
    pending_.push({key(leg_.deal->last), kDealEntry, 0});
  leg_.deal->pending = true;
}

void TraceRun::settle_deals(TransferId id) {
  for (auto& deal : swaps_.deals())
    if (deal.pending && deal.last == id) settle_deal(deal);
}

void TraceRun::settle_deal(SwapDeal& deal) {
  deal.pending = false;
  for (const auto& share : swaps_.shares(deal))
    take_share(deal, share);
}

void TraceRun::take_share(const SwapDeal& deal, const SwapShare& share) {
  const auto& gift = *share.gift;
  const bool poison = options_.policy == TaintPolicy::poison;
  const auto& given = poison ? gift.value : gift.taint.amount;
  const auto& got = poison ? share.value : share.taint.amount;
  const auto width = std::min(log_.items[gift.widest].width, given);
  // What came back of the same asset came to the giver.
  const auto taker = share.asset == gift.asset ? deal.party : deal.taker;
  TraceItem item{.value = share.value,
                 .amount = share.taint.amount,
                 .width = given.is_zero() ? U256() : account::share(got, width, given),
                 .transfer = deal.last,
                 .parent = gift.widest,
                 .hops = gift.hops,
                 .asset = share.asset,
                 .from = backward() ? taker : deal.party,
                 .to = backward() ? deal.party : taker,
                 .kind = TraceItemKind::swap};
  if (const auto stop = taker == deal.party ? std::nullopt : stop_at(taker))
    item.end = stop->reason;
  note_swap(deal, share, mark(item, share.taint));
}

// Taints the newest units of the account that got them, as far as they were clean. What the account
// did not keep, going backward, came from before the ledger. Returns what goes on.
U256 TraceRun::mark(TraceItem item, Taint taint) {
  std::uint32_t number = 0;
  const auto taker = payee(item);
  const auto* known = accounts_.find(taker, item.asset);
  const bool was_live = known != nullptr && known->live;
  if (item.end == TraceEnd::followed)
    item.end = work_.exhausted() ? work_.reason() : judge_size(item, taint);
  if (item.end == TraceEnd::followed)
    item.end = accounts_.wake(taker, item.asset, item.transfer, number, TraceMoment::after);
  if (item.end != TraceEnd::followed) return end_share(item);

  auto& account = accounts_.at(number);
  const auto balance = account.holding.balance();
  const auto there = std::min(item.value, balance);
  const auto index = static_cast<std::uint32_t>(log_.items.size());
  for (auto& s : taint.stretches)
    s.item = index;
  const bool first = !account.holding.tainted();
  const auto missed = item;
  item.amount = account.holding.mark(item.value, taint);
  const bool starts = first && account.holding.tainted();
  if (starts || !item.amount.is_zero()) {
    auto& asset = log_.asset(item.asset);
    asset.swapped_in = plus(asset.swapped_in, item.amount);
    if (starts) asset.tainted_started = plus(asset.tainted_started, there);
    if (starts) asset.joined = plus(asset.joined, minus(balance, there));
    log_.add(item);
    note_arrival(account, index, first);
  }
  if (!was_live) account.holding.tainted() ? push(number) : accounts_.sleep(account, item.transfer);
  if (!backward() || there == item.value) return item.amount;
  auto rest = missed;
  rest.value = minus(item.value, there);
  rest.amount = minus(missed.amount, item.amount);
  rest.end = TraceEnd::outside;
  return plus(item.amount, end_share(rest));
}

U256 TraceRun::end_share(const TraceItem& item) {
  auto& asset = log_.asset(item.asset);
  asset.swapped_in = plus(asset.swapped_in, item.amount);
  asset.tainted_started = plus(asset.tainted_started, item.value);
  log_.add(item);
  return item.amount;
}

void TraceRun::note_swap(const SwapDeal& deal, const SwapShare& share, const U256& amount) {
  const auto& gift = *share.gift;
  if (share.asset == gift.asset) return;  // what came back of the same
  TraceSwap swap{.tx = deal.tx,
                 .giver = deal.party,
                 .receiver = deal.taker,
                 .gave = gift.asset,
                 .got = share.asset,
                 .gave_value = minus(gift.value, gift.returned),
                 .got_value = share.value,
                 .gave_amount = gift.taint.amount,
                 .got_amount = amount};
  if (backward()) {
    std::swap(swap.giver, swap.receiver);
    std::swap(swap.gave, swap.got);
    std::swap(swap.gave_value, swap.got_value);
    std::swap(swap.gave_amount, swap.got_amount);
  }
  log_.swaps.push_back(swap);
}

}  // namespace clew::account
