#include "graph/account/trace_forward.h"

#include <algorithm>

#include "graph/account/amount.h"

namespace clew::account {

namespace {

// Entries of the queue that are origins; the rest are accounts.
constexpr TxId kOriginEntry = 1;

}  // namespace

AddressId zero_address(const Snapshot& snapshot) {
  return snapshot.find_address(chain::Account{}).value_or(kNoAddress);
}

TraceForward::TraceForward(const Snapshot& snapshot, const TraceOptions& options)
    : snapshot_(snapshot),
      options_(options),
      span_(span_of(snapshot, options.window)),
      zero_(zero_address(snapshot)),
      work_(options),
      accounts_(snapshot, options, span_.until, log_, work_) {}

Result<void> TraceForward::run(std::span<const TraceOrigin> origins) {
  CLEW_CHECK(begin(origins));
  while (!pending_.empty() && !work_.exhausted()) {
    const auto& entries = pending_.take([](const graph::TracePending&) {});
    const auto id = entries.front().key;
    sort_due(entries);
    step(id);
  }
  finish();
  return {};
}

Result<void> TraceForward::begin(std::span<const TraceOrigin> origins) {
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
    pending_.push({origin.transfer, kOriginEntry, i});
  }
  return {};
}

void TraceForward::sort_due(const std::vector<graph::TracePending>& entries) {
  due_.clear();
  due_origins_.clear();
  for (const auto& entry : entries)
    (entry.tx == kOriginEntry ? due_origins_ : due_).push_back(entry.item);
}

void TraceForward::step(TransferId id) {
  const auto row = snapshot_.transfer(id);
  bool starts = false;
  for (const auto i : due_origins_) {
    if (!work_.spend(1)) pending_.push({id, kOriginEntry, i});
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
    arrive_clean(row.to, row.asset, row.value);
  advance(id);
}

// An origin that an address paid to itself leaves the account before it arrives there.
void TraceForward::wake_payer(const TransferRow& row) {
  std::uint32_t number = 0;
  if (row.from == kNoAddress ||
      accounts_.wake(row.from, row.asset, row.id, number) != TraceEnd::followed)
    return;
  if (std::find(due_.begin(), due_.end(), number) == due_.end()) due_.push_back(number);
}

// Value from before the ledger starts in the account that has it.
void TraceForward::open(const TraceOrigin& origin, const TransferRow& row) {
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
  settle(item);
}

// Takes from the sender what the transfer moves; taint_ becomes what is traced of it.
void TraceForward::leave(const TransferRow& row) {
  taint_.clear();
  auto* sender = row.from == kNoAddress ? nullptr : accounts_.find(row.from, row.asset);
  if (sender == nullptr || !sender->live) return;
  const auto missing = accounts_.cover(*sender, row.value);
  auto& joined = log_.asset(row.asset).joined;
  if (sender->holding.tainted()) joined = plus(joined, missing);
  sender->holding.send(row.value, taint_);
  if (!taint_.any || row.id >= span_.from) return;
  // Before the window nothing moves on: what leaves ends where it was.
  add_rest(*sender, taint_, row.value, TraceEnd::time);
  taint_.clear();
}

// Fills in what the taint that an account gives came from.
void TraceForward::name_source(const TraceAccount& account, const Taint& taint, TraceItem& item) {
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
void TraceForward::add_rest(const TraceAccount& account, const Taint& taint, const U256& value,
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
void TraceForward::start(const TransferRow& row) {
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
  if (row.kind == chain::TransferKind::fee)
    item.end = TraceEnd::fee;
  else if (row.to == kNoAddress || row.to == zero_)
    item.end = TraceEnd::burnt;
  settle(item);
}

void TraceForward::move(const TransferRow& row) {
  TraceItem item{.value = row.value,
                 .amount = taint_.amount,
                 .transfer = row.id,
                 .asset = row.asset,
                 .from = row.from,
                 .to = row.to};
  name_source(*accounts_.find(row.from, row.asset), taint_, item);
  ++item.hops;
  item.end = judge(item, row);
  settle(item);
}

TraceEnd TraceForward::judge(const TraceItem& item, const TransferRow& row) const {
  if (row.kind == chain::TransferKind::fee) return TraceEnd::fee;
  if (row.to == kNoAddress || row.to == zero_) return TraceEnd::burnt;
  if (options_.stop)
    if (const auto stop = options_.stop(row.to)) return stop->reason;
  if (item.hops >= options_.hops_max) return TraceEnd::hops;
  const auto size = options_.policy == TaintPolicy::poison ? item.value : item.amount;
  if (options_.value_min && size < options_.value_min(row.asset)) return TraceEnd::value;
  if (taint_.stretches.size() > options_.intervals_max) return TraceEnd::intervals;
  return TraceEnd::followed;
}

// Records an item and, unless it ends here, puts its taint into the account that it reaches.
void TraceForward::settle(TraceItem item) {
  std::uint32_t number = 0;
  if (item.end == TraceEnd::followed)
    item.end = accounts_.wake(item.to, item.asset, item.transfer, number);
  const auto index = log_.add(item);
  if (item.end != TraceEnd::followed) return arrive_clean(item.to, item.asset, item.value);
  arrive(accounts_.at(number), index);
  if (std::find(due_.begin(), due_.end(), number) == due_.end()) due_.push_back(number);
}

void TraceForward::arrive(TraceAccount& account, std::uint32_t index) {
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
  account.hops = first ? item.hops : std::min(account.hops, item.hops);
  if (first || item.width > log_.items[account.widest].width) account.widest = index;
  if (first) account.first = item.transfer;
  account.last = item.transfer;
  account.arrivals = first ? 1 : account.arrivals + 1;
}

void TraceForward::arrive_clean(AddressId to, AssetId asset, const U256& value) {
  auto* receiver = to == kNoAddress ? nullptr : accounts_.find(to, asset);
  if (receiver == nullptr || !receiver->live || receiver->unsound) return;
  if (!receiver->holding.receive(value)) return end_account(*receiver, TraceEnd::unsound);
  auto& joined = log_.asset(asset).joined;
  if (receiver->holding.tainted()) joined = plus(joined, value);
}

// Puts every account at work before its next transfer, or to sleep if its taint is gone.
void TraceForward::advance(TransferId id) {
  for (const auto number : due_) {
    auto& account = accounts_.at(number);
    if (account.unsound || !account.holding.tainted())
      accounts_.sleep(account, id);
    else if (accounts_.pass(account, id))
      push(number);
  }
}

void TraceForward::push(std::uint32_t number) {
  const auto& account = accounts_.at(number);
  if (account.has_next()) pending_.push({account.next().transfer, 0, number});
}

// What is left in an account ends there.
void TraceForward::end_account(TraceAccount& account, TraceEnd end) {
  account.unsound |= end == TraceEnd::unsound;
  if (!account.holding.tainted()) return;
  const auto value = account.holding.balance();
  Taint all;
  account.holding.send(value, all);
  add_rest(account, all, value, end);
}

TraceEnd TraceForward::end_of(const TraceAccount& account) {
  if (!account.live || account.has_next() || !account.walk.at_end()) return work_.reason();
  if (span_.until == kNone) return TraceEnd::held;
  auto later = snapshot_.walk(account.address, {.from = std::max(account.synced + 1, span_.until),
                                                .side = WalkSide::sent,
                                                .asset = account.asset});
  Passage any;
  const auto found = later.read({&any, 1}, std::min(options_.postings_max, work_.left()));
  work_.spend(later.passed());
  return found > 0 || !later.at_end() ? TraceEnd::time : TraceEnd::held;
}

void TraceForward::finish() {
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
  for (std::uint32_t i = 0; i < accounts_.size(); ++i)
    if (auto& account = accounts_.at(i); account.holding.tainted())
      end_account(account, end_of(account));
}

}  // namespace clew::account
