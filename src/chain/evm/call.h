// Message calls that a transaction makes: what traces tell, whatever node and method they come
// from.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/u256.h"
#include "chain/evm/block.h"
#include "chain/evm/header.h"
#include "chain/evm/receipt.h"

namespace clew::evm {

enum class CallKind : std::uint8_t {
  call,
  call_code,
  delegate_call,
  static_call,
  create,
  create2,
  self_destruct,
};

// The deepest call that can be: code runs down to depth 1024 (yellow paper, section 9.4.2), and
// some nodes also tell of the call from there that was refused.
inline constexpr std::uint32_t kCallDepthMax = 1025;

struct Call {
  std::uint32_t tx = 0;     // position within the block
  std::uint32_t depth = 0;  // 0: the transaction itself
  CallKind kind = CallKind::call;
  Address from{};  // of a self-destruct: the contract that ends
  // The callee; the contract created, none if that failed; who receives what a self-destruct
  // leaves.
  std::optional<Address> to;
  // Wei; of a self-destruct what it leaves. Of a delegated call it is that of the call it is made
  // from, whether the node says so or not: it moves nothing, as does a static call, where it is 0.
  U256 value{};
  // 0 where the node does not tell. Of a transaction nodes differ in whether they count what it
  // pays before its code runs.
  std::uint64_t gas = 0, gas_used = 0;
  ByteView input, output;  // of a creation: the code that makes it, and the code it leaves
  std::string error;       // empty if the call succeeded; else in the node's words
  bool undone = false;     // it, or a call that it is part of, failed: nothing of it remains

  bool failed() const { return !error.empty(); }
  bool creates() const { return kind == CallKind::create || kind == CallKind::create2; }
};

// Whether a call goes to a contract that is part of the protocol, or of a chain's own (they have
// the lowest addresses), and brings it nothing. Nodes that speak Parity's form leave such calls
// out, others name them.
bool is_call_to_precompile(const Call& call);

// A log as a trace tells it; those of undone calls are left out.
struct CallLog {
  std::uint32_t call = 0;  // place in Calls::calls
  Log log;
};

// What a block's producer or that of an uncle was given, as trace_block tells.
struct TracedReward {
  Address author{};
  bool uncle = false;
  U256 value{};  // wei
};

// Of one block or one transaction, each transaction's in preorder. Views `bytes`, so it may be
// moved but not copied. Reusing one object keeps its vectors' memory.
struct Calls {
  Calls() = default;
  Calls(Calls&&) = default;
  Calls& operator=(Calls&&) = default;

  Bytes bytes;
  std::vector<Call> calls;
  std::vector<CallLog> logs;          // in the order in which they were made, if the node was asked
  std::vector<TracedReward> rewards;  // the block's own first

  void clear() {
    bytes.clear();
    calls.clear();
    logs.clear();
    rewards.clear();
  }
};

// What follows from the order and depth of `calls`: sets `undone`, and the value of delegated
// calls.
void complete_calls(std::span<Call> calls);

// Holds the calls of a whole block against it, as no root does: every transaction has its call,
// with its sender, destination, value, input (unless `calls` were read without) and outcome, and
// every call within is made by the account whose code its caller runs. data, naming transaction and
// call.
Result<void> check_calls(const Block& block, std::span<const Address> senders,
                         const Receipts& receipts, const Calls& calls, bool has_input = true);

}  // namespace clew::evm
