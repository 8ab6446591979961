// Message calls that a transaction makes: what traces tell, whatever node and method they come
// from.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/u256.h"
#include "chain/evm/header.h"

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

struct Call {
  std::uint32_t tx = 0;     // position within the block
  std::uint32_t depth = 0;  // 0: the transaction itself
  CallKind kind = CallKind::call;
  Address from{};  // of a self-destruct: the contract that ends
  // The callee; the contract created, none if that failed; who receives what a self-destruct
  // leaves.
  std::optional<Address> to;
  U256 value{};  // wei; of a self-destruct what it leaves
  std::uint64_t gas = 0, gas_used = 0;
  ByteView input, output;  // of a creation: the code that makes it, and the code it leaves
  std::string error;       // empty if the call succeeded; else in the node's words
  bool undone = false;     // it, or a call that it is part of, failed: nothing of it remains

  bool failed() const { return !error.empty(); }
};

// Of one block or one transaction, each transaction's in preorder. Views `bytes`, so it may be
// moved but not copied. Reusing one object keeps its vectors' memory.
struct Calls {
  Calls() = default;
  Calls(Calls&&) = default;
  Calls& operator=(Calls&&) = default;

  Bytes bytes;
  std::vector<Call> calls;

  void clear() {
    bytes.clear();
    calls.clear();
  }
};

}  // namespace clew::evm
