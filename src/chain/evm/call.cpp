#include "chain/evm/call.h"

#include <algorithm>

namespace clew::evm {
namespace {

tl::unexpected<Error> fail_call(std::uint32_t tx, std::size_t call, const std::string& what) {
  return fail(ErrorKind::data,
              "transaction " + std::to_string(tx) + ": call " + std::to_string(call) + ": " + what);
}

std::string text_of(const std::optional<Address>& address) {
  return address ? to_text(*address) : "none";
}

// The account in whose name the call's code acts; none if nobody knows, as of a failed creation.
std::optional<Address> acting_account(const Call& call) {
  switch (call.kind) {
    case CallKind::call:
    case CallKind::static_call:
    case CallKind::create:
    case CallKind::create2:
      return call.to;
    case CallKind::call_code:
    case CallKind::delegate_call:
    case CallKind::self_destruct:
      return call.from;
  }
  return std::nullopt;
}

Result<void> check_destination(const Transaction& tx, const Call& call) {
  if (call.creates() != !tx.to) {
    return fail(ErrorKind::data, call.creates() ? "creates a contract, but the transaction does not"
                                                : "creates no contract as the transaction does");
  }
  if (call.creates() && call.failed()) return {};
  const Address expected = tx.to ? *tx.to : contract_address(call.from, tx.nonce);
  if (call.to == expected) return {};
  return fail(ErrorKind::data,
              "goes to " + text_of(call.to) + ", the transaction to " + to_text(expected));
}

// The call that is the transaction itself.
Result<void> check_outermost(const Transaction& tx, const Address& sender, const Receipt& receipt,
                             const Call& call, bool has_input) {
  if (call.from != sender) {
    return fail(ErrorKind::data,
                "comes from " + to_text(call.from) + ", the transaction from " + to_text(sender));
  }
  CLEW_CHECK(check_destination(tx, call));
  if (call.value != tx.value) {
    return fail(ErrorKind::data, "has value " + call.value.to_decimal() + ", the transaction " +
                                     tx.value.to_decimal());
  }
  if (has_input && !std::ranges::equal(call.input, tx.input)) {
    return fail(ErrorKind::data, "its input is not that of the transaction");
  }
  if (!receipt.post_state && call.failed() == receipt.success) {
    return fail(ErrorKind::data, call.failed() ? "failed (" + call.error +
                                                     "), but the receipt says"
                                                     " that the transaction did not"
                                               : "did not fail, but the receipt says that the "
                                                 "transaction did");
  }
  return {};
}

// Every call against the one it is made from; `calls` are one transaction's.
Result<void> check_callers(std::uint32_t tx, std::span<const Call> calls) {
  std::vector<std::optional<Address>> acting;  // by depth
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const Call& call = calls[i];
    if (call.depth > acting.size() || (i != 0 && call.depth == 0)) {
      return fail_call(tx, i, "depth " + std::to_string(call.depth) + " does not follow");
    }
    acting.resize(call.depth);
    if (call.depth > 0 && acting.back() && *acting.back() != call.from) {
      return fail_call(tx, i,
                       "comes from " + to_text(call.from) + ", but is made by the code of " +
                           to_text(*acting.back()));
    }
    acting.push_back(acting_account(call));
  }
  return {};
}

}  // namespace

bool is_call_to_precompile(const Call& call) {
  if (call.creates() || call.kind == CallKind::self_destruct || !call.to) return false;
  // Ethereum's are 1 to 0x11 and 0x100, those of other chains below 0x10000. No fork's list is
  // asked: before its fork such an address has no code, so that the call does as little.
  constexpr std::size_t kZeros = 18;
  const auto end = call.to->begin() + kZeros;
  if (std::any_of(call.to->begin(), end, [](std::uint8_t byte) { return byte != 0; })) return false;
  return call.kind != CallKind::call || call.value.is_zero();
}

void complete_calls(std::span<Call> calls) {
  // Of the calls around the one at hand, by depth.
  std::vector<bool> undone;
  std::vector<U256> values;
  for (Call& call : calls) {
    undone.resize(call.depth);
    values.resize(call.depth);
    call.undone = call.failed() || (call.depth > 0 && undone.back());
    if (call.kind == CallKind::delegate_call && call.depth > 0) call.value = values.back();
    if (call.kind == CallKind::static_call) call.value = U256();
    undone.push_back(call.undone);
    values.push_back(call.value);
  }
}

Result<void> check_calls(const Block& block, std::span<const Address> senders,
                         const Receipts& receipts, const Calls& calls, bool has_input) {
  const std::span<const Call> all(calls.calls);
  std::size_t at = 0;
  for (std::uint32_t tx = 0; tx < block.transactions.size(); ++tx) {
    std::size_t end = at;
    while (end < all.size() && all[end].tx == tx)
      ++end;
    if (end == at) {
      return fail(ErrorKind::data, "transaction " + std::to_string(tx) + ": no call is told");
    }
    const auto own = all.subspan(at, end - at);
    CLEW_CHECK(check_callers(tx, own));
    auto held = check_outermost(block.transactions[tx], senders[tx], receipts.receipts[tx],
                                own.front(), has_input);
    if (!held) return fail_call(tx, 0, held.error().message);
    at = end;
  }
  if (at == all.size()) return {};
  return fail(ErrorKind::data, "calls of transaction " + std::to_string(all[at].tx) +
                                   ", which the block does not have");
}

}  // namespace clew::evm
