#include "chain/evm/state_diff.h"

namespace clew::evm {
namespace {

Result<Bytes> code_of(const Address& address, const AccountState& account) {
  if (account.code) return *account.code;
  if (!account.code_hash) return Bytes();
  return fail(ErrorKind::unsupported,
              "account " + to_text(address) + ": its code is not told, only its hash");
}

// One that begins or ends, as the caller takes it: all of it on one side.
Result<AccountDiff> whole(const Address& address, const AccountState& account, bool begins) {
  const auto put = [begins](auto& change, auto value) {
    (begins ? change.to : change.from) = std::move(value);
  };
  AccountDiff diff;
  CLEW_TRY(code, code_of(address, account));
  put(diff.balance, account.balance.value_or(U256()));
  put(diff.nonce, account.nonce.value_or(0));
  put(diff.code, std::move(code));
  for (const auto& [slot, value] : account.storage)
    put(diff.storage[slot], value);
  return diff;
}

Result<AccountDiff> changed(const Address& address, const AccountState& before,
                            const AccountState& after) {
  AccountDiff diff;
  const auto put = [](auto& change, auto from, const auto& to) {
    if (to && *to != from) change = {std::move(from), *to};
  };
  put(diff.balance, before.balance.value_or(U256()), after.balance);
  put(diff.nonce, before.nonce.value_or(0), after.nonce);
  if (after.code || (after.code_hash && after.code_hash != before.code_hash)) {
    CLEW_TRY(from, code_of(address, before));
    CLEW_TRY(to, code_of(address, after));
    put(diff.code, std::move(from), std::optional(std::move(to)));
  }
  // A slot that is told on one side alone is zero on the other.
  for (const auto& [slot, value] : before.storage)
    diff.storage[slot] = {value, Hash256{}};
  for (const auto& [slot, value] : after.storage) {
    Change<Hash256>& change = diff.storage[slot];
    change = {change.from.value_or(Hash256{}), value};
  }
  std::erase_if(diff.storage, [](const auto& slot) { return slot.second.from == slot.second.to; });
  return diff;
}

// EIP-161: such an account is not there. Some nodes tell of it all the same.
bool is_empty(const AccountState& account) {
  return account.balance.value_or(U256()).is_zero() && account.nonce.value_or(0) == 0 &&
         account.code.value_or(Bytes()).empty() && !account.code_hash && account.storage.empty();
}

}  // namespace

Result<StateDiff> to_state_diff(const PrestateDiff& prestate) {
  StateDiff diff;
  for (const auto& [address, before] : prestate.before) {
    if (is_empty(before)) continue;
    const auto after = prestate.after.find(address);
    CLEW_TRY(account, after == prestate.after.end() ? whole(address, before, false)
                                                    : changed(address, before, after->second));
    if (account != AccountDiff()) diff.emplace(address, std::move(account));
  }
  for (const auto& [address, after] : prestate.after) {
    const auto before = prestate.before.find(address);
    if (before != prestate.before.end() && !is_empty(before->second)) continue;
    CLEW_TRY(account, whole(address, after, true));
    diff.emplace(address, std::move(account));
  }
  return diff;
}

}  // namespace clew::evm
