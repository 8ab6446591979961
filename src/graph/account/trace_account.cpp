#include "graph/account/trace_account.h"

#include "graph/account/amount.h"

namespace clew::account {

TraceAccount* TraceAccounts::find(AddressId address, AssetId asset) {
  const auto found = numbers_.find(key(address, asset));
  return found == numbers_.end() ? nullptr : &accounts_[found->second];
}

TraceEnd TraceAccounts::wake(AddressId address, AssetId asset, TransferId moment,
                             std::uint32_t& number) {
  const auto [place, is_new] = numbers_.try_emplace(key(address, asset), size());
  number = place->second;
  if (is_new) {
    auto& account = accounts_.emplace_back(options_.policy);
    account.address = address;
    account.asset = asset;
    if (options_.opening && !origins_.contains(place->first))
      account.holding.receive(options_.opening(address, asset).value_or(U256()));
  }
  auto& account = accounts_[number];
  if (account.unsound) return TraceEnd::unsound;
  if (account.live) return TraceEnd::followed;
  if (const auto end = replay(account, moment); end != TraceEnd::followed) return end;
  account.live = true;
  account.walk =
      snapshot_.walk(address, {.from = moment, .until = until_, .asset = asset, .values = true});
  account.at = account.count = 0;
  return refill(account) ? TraceEnd::followed : work_.reason();
}

// Brings the balance of an account without taint up to a moment.
TraceEnd TraceAccounts::replay(TraceAccount& account, TransferId moment) {
  const auto before = snapshot_.history_size_before(account.address, moment);
  const bool first = !account.replayed;
  if (first && before > options_.postings_max) return TraceEnd::busy;
  const auto known = first ? 0 : snapshot_.history_size_before(account.address, account.synced);
  if (!work_.spend(before - known)) return work_.reason();
  log_.accounts += first;
  account.replayed = true;
  auto walk = snapshot_.walk(
      account.address,
      {.from = account.synced, .until = moment, .asset = account.asset, .values = true});
  Taint none;
  std::array<Passage, 32> some;
  while (!walk.at_end()) {
    const auto count = walk.read(some);
    for (std::size_t i = 0; i < count; ++i) {
      const auto& passage = some[i];
      if (passage.sends) {
        cover(account, passage.value);
        account.holding.send(passage.value, none);
      } else if (!account.holding.receive(passage.value)) {
        account.unsound = true;
        return TraceEnd::unsound;
      }
    }
  }
  account.synced = moment;
  return TraceEnd::followed;
}

U256 TraceAccounts::cover(TraceAccount& account, const U256& value) {
  if (account.holding.balance() >= value) return {};
  const auto missing = minus(value, account.holding.balance());
  account.holding.receive(missing);
  auto& sum = log_.before[{account.address, account.asset}];
  sum = plus(sum, missing);
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
  account.synced = id + 1;
  account.at = account.count = 0;
}

}  // namespace clew::account
