// What the virtual machine did step by step, in the form of Parity's vmTrace.
// https://openethereum.github.io/JSONRPC-trace-module#vmtrace
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/u256.h"

namespace clew::evm {

struct VmStep {
  std::uint64_t pc = 0;
  std::uint64_t cost = 0;  // gas; of a call with what is given to it
  std::string op;          // empty if it is not told
  // What it did; nothing if it failed.
  struct Effect {
    std::uint64_t gas_left = 0;
    std::vector<U256> pushed;  // the topmost last; of DUP and SWAP all that they touch
    struct Memory {
      std::uint64_t offset = 0;
      Bytes data;
    };
    std::optional<Memory> memory;  // what it wrote, or read with MLOAD
    struct Slot {
      U256 key, value;
    };
    std::optional<Slot> stored;
  };
  std::optional<Effect> effect;
  std::optional<std::uint32_t> sub;  // the run that it called: place in VmTrace::runs
};

// A run of a contract's code.
struct VmRun {
  Bytes code;
  std::vector<VmStep> steps;
};

struct VmTrace {
  std::vector<VmRun> runs;  // the outermost first; each is the sub of at most one step
  std::string prefix;       // of the steps' "idx": the transaction's position and "-", or empty
};

// A value to fill in. For clang 16, emplace() does not find that a nested type is made of nothing.
template <class T>
T& renewed(std::optional<T>& value) {
  value = T{};
  return *value;
}

}  // namespace clew::evm
