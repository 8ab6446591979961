// What a transaction changes of accounts: one form for geth's prestateTracer in diff mode and for
// Parity's stateDiff.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "base/u256.h"
#include "chain/evm/header.h"

namespace clew::evm {

// Neither: it stays as it is. One: it was not there before, or is not after.
template <class T>
struct Change {
  std::optional<T> from, to;

  bool operator==(const Change&) const = default;
};

struct AccountDiff {
  Change<U256> balance;  // wei
  Change<std::uint64_t> nonce;
  Change<Bytes> code;
  std::map<Hash256, Change<Hash256>> storage;

  // An account that comes into being has everything in `to` alone, one that ceases in `from`.
  bool is_born() const { return !balance.from && balance.to; }
  bool is_gone() const { return balance.from && !balance.to; }
  bool operator==(const AccountDiff&) const = default;
};
using StateDiff = std::map<Address, AccountDiff>;

// An account as prestateTracer tells of it. What is not told is empty or, after the transaction, as
// it was before.
struct AccountState {
  std::optional<U256> balance;
  std::optional<std::uint64_t> nonce;
  std::optional<Bytes> code;
  std::optional<Hash256> code_hash;  // told instead of the code if the tracer was asked so
  std::map<Hash256, Hash256> storage;

  bool operator==(const AccountState&) const = default;
};
using AccountStates = std::map<Address, AccountState>;

// Of diff mode: only accounts and slots that change. `before` has all of an account but slots of
// zero, `after` what differs; an account that is in one alone, or empty before, begins or ends.
struct PrestateDiff {
  AccountStates before, after;
};

// unsupported if the code of an account that changes was not told, but its hash.
Result<StateDiff> to_state_diff(const PrestateDiff& prestate);

}  // namespace clew::evm
