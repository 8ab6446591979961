// CoinJoin recognition by protocol, from a transaction's shape alone: the amounts, script types and
// address equalities of its inputs and outputs. Each verdict names its rule, says which counts and
// amounts matched, and how sure that makes it. Sources, constants and what was fitted:
// docs/coinjoins.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chain/bitcoin/script.h"

namespace clew::detect {

enum class Protocol : std::uint8_t { whirlpool, wasabi1, wasabi2, joinmarket };
std::string_view name(Protocol protocol);  // "whirlpool", "wasabi1", "wasabi2", "joinmarket"

constexpr std::uint32_t kUnknownOwner = 0xffffffff;

// What the rules see of a transaction. Clearing and refilling one object keeps its memory.
struct TxShape {
  struct Input {
    std::optional<std::int64_t> value;        // satoshi; nothing if the spent output is unknown
    std::optional<bitcoin::ScriptType> type;  // of the spent output; nothing if unknown
    std::uint32_t owner = kUnknownOwner;      // equal numbers: the same address (or script)
  };
  struct Output {
    std::int64_t value = 0;  // satoshi
    bitcoin::ScriptType type = bitcoin::ScriptType::nonstandard;
    std::uint32_t owner = kUnknownOwner;  // the same numbering as the inputs'
    bool wasabi_coordinator = false;      // pays a script of kWasabiCoordinators
  };
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  bool coinbase = false;
  // Block time in seconds, where it is the mainnet's and known: no protocol is seen before it
  // existed. Leave it out for test networks and simulated chains.
  std::optional<std::uint32_t> time;

  void clear();
};

// Mainnet addresses to which Wasabi's first coordinator had its fee paid until it took a fresh one
// each round (Dumplings: before block 610000).
inline constexpr std::string_view kWasabiCoordinators[] = {
    "bc1qs604c7jv6amk4cxqlnvuxv26hv3e48cds4m0ew",
    "bc1qa24tsgchvuxsaccp8vrnkfd85hrcpafg20kmjw",
};

struct CoinJoin {
  Protocol protocol{};
  int confidence = 0;                   // 0 to 100; see kSure, kDoubtful
  std::string_view rule;                // name of the rule, lives for ever
  std::string reason;                   // one line for people: what matched, what could not be seen
  std::uint32_t participants = 0;       // estimate; for the Wasabi protocols a lower bound
  std::int64_t denomination = 0;        // satoshi: the pool or the (most frequent) equal amount
  std::optional<Protocol> alternative;  // another protocol whose rule the shape fits as well
};

// From kDoubtful on a verdict is worth reporting; below it the shape matches but something is
// missing (input values outside the ledger) or speaks against it (one owner). The reason says what.
constexpr int kDoubtful = 50;

std::optional<CoinJoin> recognise(const TxShape& shape);

// Cheap tests that no recognised transaction fails, for scanning many. The second wants the output
// values in any order and sorts them.
constexpr bool may_be_coinjoin(std::uint64_t inputs, std::uint64_t outputs) {
  return inputs >= 3 && outputs >= 5;
}
bool may_be_coinjoin(std::span<std::int64_t> output_values);

}  // namespace clew::detect
