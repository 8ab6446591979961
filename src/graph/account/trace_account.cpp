#include "graph/account/trace_account.h"

#include <algorithm>

#include "graph/account/amount.h"

namespace clew::account {

TraceAccount* TraceAccounts::find(AddressId address, AssetId asset) {
  const auto found = numbers_.find(key(address, asset));
  return found == numbers_.end() ? nullptr : &accounts_[found->second];
}

TraceAccount& TraceAccounts::enter(AddressId address, AssetId asset, std::uint32_t& number) {
  const auto [place, is_new] = numbers_.try_emplace(key(address, asset), size());
  number = place->second;
  if (!is_new) return accounts_[number];
  auto& account = accounts_.emplace_back(options_.policy);
  account.address = address;
  account.asset = asset;
  if (options_.opening && !origins_.contains(place->first))
    account.holding.receive(options_.opening(address, asset).value_or(U256()));
  return account;
}

TraceEnd TraceAccounts::wake(AddressId address, AssetId asset, TransferId id, std::uint32_t& number,
                             TraceMoment moment) {
  auto& account = enter(address, asset, number);
  if (account.unsound) return TraceEnd::unsound;
  if (account.live) return TraceEnd::followed;
  const bool counts_it = (moment == TraceMoment::after) != backward();
  const auto bound = id + (counts_it ? 1 : 0);
  if (const auto end = bring(account, bound); end != TraceEnd::followed) return end;
  account.live = true;
  WalkOptions ahead{.asset = asset, .values = true, .back = backward()};
  ahead.from = backward() ? span_.from : bound;
  ahead.until = backward() ? bound : span_.until;
  account.walk = snapshot_.walk(address, ahead);
  account.at = account.count = 0;
  return refill(account) ? TraceEnd::followed : work_.reason();
}

// Brings the balance of an account without taint to a moment.
TraceEnd TraceAccounts::bring(TraceAccount& account, TransferId bound) {
  const bool first = !account.replayed;
  const auto before = snapshot_.history_size_before(account.address, bound);
  if (first && before > options_.postings_max) return TraceEnd::busy;
  const auto known = first ? 0 : snapshot_.history_size_before(account.address, account.synced);
  if (!work_.spend(std::max(before, known) - std::min(before, known))) return work_.reason();
  log_.accounts += first;
  account.replayed = true;
  if (first || !backward()) return replay(account, bound);
  rewind(account, bound);
  return TraceEnd::followed;
}

// Forward in time, from what is known on.
TraceEnd TraceAccounts::replay(TraceAccount& account, TransferId bound) {
  auto walk = snapshot_.walk(
      account.address,
      {.from = account.synced, .until = bound, .asset = account.asset, .values = true});
  Taint none;
  std::array<Passage, 32> some;
  while (!walk.at_end()) {
    const auto count = walk.read(some);
    for (std::size_t i = 0; i < count; ++i) {
      const auto& passage = some[i];
      if (passage.sends) {
        const auto missing = cover(account, passage.value);
        if (backward() && !missing.is_zero())
          account.covers.emplace_back(passage.transfer, missing);
        account.holding.send(passage.value, none);
      } else if (!account.holding.receive(passage.value)) {
        account.unsound = true;
        return TraceEnd::unsound;
      }
    }
  }
  account.synced = bound;
  return TraceEnd::followed;
}

// Backward in time. The balances are those that a replay went through.
void TraceAccounts::rewind(TraceAccount& account, TransferId bound) {
  auto walk = snapshot_.walk(account.address, {.from = bound,
                                               .until = account.synced,
                                               .asset = account.asset,
                                               .values = true,
                                               .back = true});
  Taint none;
  std::array<Passage, 32> some;
  while (!walk.at_end()) {
    const auto count = walk.read(some);
    for (std::size_t i = 0; i < count; ++i) {
      if (!some[i].sends) {
        account.holding.send(some[i].value, none);
        continue;
      }
      account.holding.receive(some[i].value);
      account.holding.send(uncover(account, some[i].transfer), none);
    }
  }
  account.synced = bound;
}

U256 TraceAccounts::cover(TraceAccount& account, const U256& value) {
  if (account.holding.balance() >= value) return {};
  const auto missing = minus(value, account.holding.balance());
  account.holding.receive(missing);
  auto& sum = log_.before[{account.address, account.asset}];
  sum = plus(sum, missing);
  return missing;
}

U256 TraceAccounts::uncover(TraceAccount& account, TransferId id) {
  if (account.covers.empty() || account.covers.back().first != id) return {};
  const auto missing = account.covers.back().second;
  account.covers.pop_back();
  return missing;
}

bool TraceAccounts::refill(TraceAccount& account) {
  if (account.walk.at_end()) return true;
  const auto before = account.walk.passed();
  account.at = 0;
  account.count = static_cast<std::uint32_t>(account.walk.read(account.batch, work_.left()));
  const bool complete = account.count > 0 || account.walk.at_end();
  return work_.spend(account.walk.passed() - before) && (complete || work_.spend(1));
}

bool TraceAccounts::pass(TraceAccount& account, TransferId id) {
  while (true) {
    while (account.has_next() && account.next().transfer == id)
      ++account.at;
    if (account.has_next() || account.walk.at_end()) return true;
    if (!refill(account)) return false;
  }
}

void TraceAccounts::sleep(TraceAccount& account, TransferId id) {
  account.live = false;
  account.synced = backward() ? id : id + 1;
  account.at = account.count = 0;
}

}  // namespace clew::account
