#include "graph/account/trace_run.h"

#include <algorithm>

#include "graph/account/amount.h"

namespace clew::account {

AddressId zero_address(const Snapshot& snapshot) {
  return snapshot.find_address(chain::Account{}).value_or(kNoAddress);
}

TraceRun::TraceRun(const Snapshot& snapshot, const TraceOptions& options)
    : snapshot_(snapshot),
      options_(options),
      span_(span_of(snapshot, options.window)),
      zero_(zero_address(snapshot)),
      work_(options),
      accounts_(snapshot, options, span_, log_, work_),
      swaps_(snapshot, options, zero_, work_) {}

Result<void> TraceRun::run(std::span<const TraceOrigin> origins) {
  CLEW_CHECK(begin(origins));
  while (!pending_.empty() && !work_.exhausted()) {
    const auto& entries = pending_.take([](const graph::TracePending&) {});
    const auto id = transfer_of(entries.front().key);
    sort_due(entries);
    step(id);
    settle_deals(id);
  }
  finish();
  return {};
}

Result<void> TraceRun::begin(std::span<const TraceOrigin> origins) {
  origins_ = origins;
  std::map<AssetId, U256> sums;
  for (std::uint32_t i = 0; i < origins.size(); ++i) {
    const auto& origin = origins[i];
    const auto row = snapshot_.transfer(origin.transfer);
    const bool before = origin.before_of != kNoAddress;
    const auto& value = before ? origin.before : row.value;
    if (value.is_zero()) continue;
    const auto sum = checked_add(sums[row.asset], value);
    if (!sum) return fail(ErrorKind::data, "the origins' amounts exceed what an asset can have");
    sums[row.asset] = *sum;
    if (before) accounts_.note_origin(origin.before_of, row.asset);
    pending_.push({key(origin.transfer), kOriginEntry, i});
  }
  return {};
}

void TraceRun::sort_due(const std::vector<graph::TracePending>& entries) {
  due_.clear();
  due_origins_.clear();
  for (const auto& entry : entries)
    if (entry.tx != kDealEntry)
      (entry.tx == kOriginEntry ? due_origins_ : due_).push_back(entry.item);
}

void TraceRun::step(TransferId id) {
  const auto row = snapshot_.transfer(id);
  bool starts = false;
  for (const auto i : due_origins_) {
    if (!work_.spend(1)) pending_.push({key(id), kOriginEntry, i});
    if (work_.exhausted()) continue;
    if (origins_[i].before_of != kNoAddress)
      open(origins_[i], row);
    else
      starts = true;
  }
  if (work_.exhausted()) return;
  if (starts && row.from == row.to) wake_payer(row);
  leave(row);
  if (starts)
    start(row);
  else if (taint_.any)
    move(row);
  else
    arrive_clean(row);
  advance(id);
}

// An origin that an address paid to itself leaves the account before it arrives there.
void TraceRun::wake_payer(const TransferRow& row) {
  std::uint32_t number = 0;
  if (row.from == kNoAddress ||
      accounts_.wake(row.from, row.asset, row.id, number) != TraceEnd::followed)
    return;
  if (std::find(due_.begin(), due_.end(), number) == due_.end()) due_.push_back(number);
}

// Value from before the ledger starts in the account that has it; backward, it goes no further.
void TraceRun::open(const TraceOrigin& origin, const TransferRow& row) {
  auto& asset = log_.asset(row.asset);
  asset.started = plus(asset.started, origin.before);
  asset.tainted_started = plus(asset.tainted_started, origin.before);
  taint_ = {true, origin.before, {}};
  TraceItem item{.value = origin.before,
                 .amount = origin.before,
                 .width = origin.before,
                 .transfer = row.id,
                 .asset = row.asset,
                 .from = origin.before_of,
                 .to = origin.before_of,
                 .kind = TraceItemKind::opening};
  if (moves_segments(options_.policy)) taint_.stretches = {{U256(), origin.before, 0}};
  if (backward()) item.end = TraceEnd::outside;
  settle(item, row);
}

// Takes from the payer what the transfer moves; taint_ becomes what is traced of it.
void TraceRun::leave(const TransferRow& row) {
  taint_.clear();
  const auto from = payer(row);
  auto* account = from == kNoAddress ? nullptr : accounts_.find(from, row.asset);
  if (account == nullptr || !account->live || account->unsound) return;
  if (!backward()) {
    const auto missing = accounts_.cover(*account, row.value);
    auto& joined = log_.asset(row.asset).joined;
    if (account->holding.tainted()) joined = plus(joined, missing);
  }
  account->holding.send(row.value, taint_);
  if (!taint_.any || !is_early(row.id)) return;
  // Outside the window nothing moves on: what leaves ends where it was.
  add_rest(*account, taint_, row.value, TraceEnd::time);
  taint_.clear();
}

// Fills in what the taint that an account gives came from.
void TraceRun::name_source(const TraceAccount& account, const Taint& taint, TraceItem& item) {
  if (!moves_segments(options_.policy)) {
    const auto limit = options_.policy == TaintPolicy::poison ? item.value : item.amount;
    item.parent = account.widest;
    item.width = std::min(limit, log_.items[account.widest].width);
    item.hops = account.hops;
    return;
  }
  sources_.clear();
  for (const auto& s : taint.stretches)
    sources_.emplace_back(s.item, s.length);
  std::sort(sources_.begin(), sources_.end());
  item.hops = 0xffffffff;
  U256 sum;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const auto& [from, length] = sources_[i];
    sum = i > 0 && sources_[i - 1].first == from ? plus(sum, length) : length;
    const auto& source = log_.items[from];
    item.hops = std::min(item.hops, source.hops);
    const auto width = std::min(sum, source.width);
    if (item.parent != kNoItem && width <= item.width) continue;
    item.parent = from;
    item.width = width;
  }
}

// Taint that stays where it is.
void TraceRun::add_rest(const TraceAccount& account, const Taint& taint, const U256& value,
                        TraceEnd end) {
  TraceItem rest{.value = value,
                 .amount = taint.amount,
                 .transfer = account.last,
                 .first = account.first,
                 .arrivals = account.arrivals,
                 .asset = account.asset,
                 .from = account.address,
                 .to = account.address,
                 .end = end,
                 .kind = TraceItemKind::rest};
  name_source(account, taint, rest);
  log_.add(rest);
}

// The transfer is an origin: what was traced of it before counts once.
void TraceRun::start(const TransferRow& row) {
  auto& asset = log_.asset(row.asset);
  asset.started = plus(asset.started, minus(row.value, taint_.amount));
  if (!taint_.any) asset.tainted_started = plus(asset.tainted_started, row.value);
  taint_ = {true, row.value, {}};
  if (moves_segments(options_.policy)) taint_.stretches = {{U256(), row.value, 0}};
  TraceItem item{.value = row.value,
                 .amount = row.value,
                 .width = row.value,
                 .transfer = row.id,
                 .asset = row.asset,
                 .from = row.from,
                 .to = row.to};
  item.end = last_of(row);
  if (row.kind != chain::TransferKind::fee && is_swapped(row)) item.end = TraceEnd::swapped;
  if (item.end == TraceEnd::followed && options_.hops_max == 0) item.end = TraceEnd::hops;
  if (work_.exhausted()) item.end = work_.reason();
  settle(item, row);
}

void TraceRun::move(const TransferRow& row) {
  TraceItem item{.value = row.value,
                 .amount = taint_.amount,
                 .transfer = row.id,
                 .asset = row.asset,
                 .from = row.from,
                 .to = row.to};
  name_source(*accounts_.find(payer(row), row.asset), taint_, item);
  ++item.hops;
  item.end = judge(item, row);
  settle(item, row);
}

// Where nothing goes on, whoever asks.
TraceEnd TraceRun::last_of(const TransferRow& row) const {
  if (row.kind == chain::TransferKind::fee) return backward() ? TraceEnd::issued : TraceEnd::fee;
  if (!is_nobody(payee(row))) return TraceEnd::followed;
  return backward() ? TraceEnd::issued : TraceEnd::burnt;
}

std::optional<TraceStop> TraceRun::stop_at(AddressId address) const {
  return options_.stop && !is_nobody(address) ? options_.stop(address) : std::nullopt;
}

TraceEnd TraceRun::judge(const TraceItem& item, const TransferRow& row) {
  const auto last = last_of(row);
  if (row.kind == chain::TransferKind::fee) return last;
  const auto stop = stop_at(payee(row));
  if (stop && stop->reason != TraceEnd::service) return stop->reason;
  if (is_swapped(row)) return item.hops >= options_.hops_max ? TraceEnd::hops : TraceEnd::swapped;
  if (work_.exhausted()) return work_.reason();
  if (last != TraceEnd::followed) return last;
  if (stop) return stop->reason;
  if (item.hops >= options_.hops_max) return TraceEnd::hops;
  return judge_size(item, taint_);
}

TraceEnd TraceRun::judge_size(const TraceItem& item, const Taint& taint) const {
  const auto size = options_.policy == TaintPolicy::poison ? item.value : item.amount;
  if (options_.value_min && size < options_.value_min(item.asset)) return TraceEnd::value;
  if (taint.stretches.size() > options_.intervals_max) return TraceEnd::intervals;
  return TraceEnd::followed;
}

// Records an item and, unless it ends here, puts its taint into the account that it reaches.
void TraceRun::settle(TraceItem item, const TransferRow& row) {
  std::uint32_t number = 0;
  if (item.end == TraceEnd::followed)
    item.end = accounts_.wake(payee(item), item.asset, item.transfer, number);
  const auto index = log_.add(item);
  if (item.end == TraceEnd::swapped) hand_in(row, index);
  if (item.end != TraceEnd::followed) {
    if (item.kind == TraceItemKind::transfer) arrive_clean(row);
    return;
  }
  arrive(accounts_.at(number), index);
  if (std::find(due_.begin(), due_.end(), number) == due_.end()) due_.push_back(number);
}

void TraceRun::arrive(TraceAccount& account, std::uint32_t index) {
  auto& item = log_.items[index];
  // Pieces that lie together are one from now on.
  std::size_t kept = 0;
  for (auto s : taint_.stretches) {
    s.item = index;
    auto& last = taint_.stretches[kept == 0 ? 0 : kept - 1];
    if (kept > 0 && plus(last.start, last.length) == s.start)
      last.length = plus(last.length, s.length);
    else
      taint_.stretches[kept++] = s;
  }
  taint_.stretches.resize(kept);
  const auto balance = account.holding.balance();
  const bool first = !account.holding.tainted();
  if (!account.holding.receive(item.value, taint_)) {
    item.end = TraceEnd::unsound;
    return end_account(account, TraceEnd::unsound);
  }
  auto& joined = log_.asset(item.asset).joined;
  if (first) joined = plus(joined, balance);
  note_arrival(account, index, first);
  give_up_cover(account, item.transfer);
}

void TraceRun::note_arrival(TraceAccount& account, std::uint32_t index, bool first) {
  const auto& item = log_.items[index];
  account.hops = first ? item.hops : std::min(account.hops, item.hops);
  if (first || item.width > log_.items[account.widest].width) account.widest = index;
  if (first) account.first = item.transfer;
  account.last = item.transfer;
  account.arrivals = first ? 1 : account.arrivals + 1;
}

void TraceRun::arrive_clean(const TransferRow& row) {
  const auto to = payee(row);
  auto* account = to == kNoAddress ? nullptr : accounts_.find(to, row.asset);
  if (account == nullptr || !account->live || account->unsound) return;
  if (!account->holding.receive(row.value)) return end_account(*account, TraceEnd::unsound);
  auto& joined = log_.asset(row.asset).joined;
  if (account->holding.tainted()) joined = plus(joined, row.value);
  give_up_cover(*account, row.id);
}

// Backward: what the account sent by this transfer, and the ledger does not explain, came from
// before it.
void TraceRun::give_up_cover(TraceAccount& account, TransferId id) {
  if (!backward()) return;
  const auto value = std::min(accounts_.uncover(account, id), account.holding.balance());
  if (value.is_zero()) return;
  Taint part;
  account.holding.send(value, part);
  if (!part.any) return;
  TraceItem item{.value = value,
                 .amount = part.amount,
                 .transfer = id,
                 .asset = account.asset,
                 .from = account.address,
                 .to = account.address,
                 .end = TraceEnd::outside,
                 .kind = TraceItemKind::opening};
  name_source(account, part, item);
  log_.add(item);
}

// Puts every account at work before its next transfer, or to sleep if its taint is gone.
void TraceRun::advance(TransferId id) {
  for (const auto number : due_) {
    auto& account = accounts_.at(number);
    if (account.unsound || !account.holding.tainted())
      accounts_.sleep(account, id);
    else if (accounts_.pass(account, id))
      push(number);
  }
}

void TraceRun::push(std::uint32_t number) {
  const auto& account = accounts_.at(number);
  if (account.has_next()) pending_.push({key(account.next().transfer), kAccountEntry, number});
}

// What is left in an account ends there.
void TraceRun::end_account(TraceAccount& account, TraceEnd end) {
  account.unsound |= end == TraceEnd::unsound;
  if (!account.holding.tainted()) return;
  const auto value = account.holding.balance();
  Taint all;
  account.holding.send(value, all);
  add_rest(account, all, value, end);
}

// Why taint is still in an account at the end.
TraceEnd TraceRun::end_of(const TraceAccount& account) {
  if (!account.live || account.has_next() || !account.walk.at_end()) return work_.reason();
  const auto rest = backward() ? TraceEnd::outside : TraceEnd::held;
  WalkOptions beyond{.asset = account.asset};
  if (backward()) {
    if (!account.covers.empty()) return TraceEnd::time;
    beyond.until = span_.from;
    beyond.side = WalkSide::received;
  } else {
    if (span_.until == kNone) return rest;
    beyond.from = std::max(account.synced + 1, span_.until);
    beyond.side = WalkSide::sent;
  }
  auto walk = snapshot_.walk(account.address, beyond);
  Passage any;
  const auto found = walk.read({&any, 1}, std::min(options_.postings_max, work_.left()));
  work_.spend(walk.passed());
  return found > 0 || !walk.at_end() ? TraceEnd::time : rest;
}

void TraceRun::finish() {
  pending_.clear([&](const graph::TracePending& entry) {
    if (entry.tx != kOriginEntry) return;
    const auto& origin = origins_[entry.item];
    const auto row = snapshot_.transfer(origin.transfer);
    const bool before = origin.before_of != kNoAddress;
    const auto value = before ? origin.before : row.value;
    auto& asset = log_.asset(row.asset);
    asset.started = plus(asset.started, value);
    asset.tainted_started = plus(asset.tainted_started, value);
    log_.add({.value = value,
              .amount = value,
              .width = value,
              .transfer = row.id,
              .asset = row.asset,
              .from = before ? origin.before_of : row.from,
              .to = before ? origin.before_of : row.to,
              .end = work_.reason(),
              .kind = before ? TraceItemKind::opening : TraceItemKind::transfer});
  });
  for (auto& deal : swaps_.deals())
    if (deal.pending) settle_deal(deal);
  for (std::uint32_t i = 0; i < accounts_.size(); ++i)
    if (auto& account = accounts_.at(i); account.holding.tainted())
      end_account(account, end_of(account));
}

}  // namespace clew::account
