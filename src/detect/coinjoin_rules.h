// Internal to the CoinJoin rules: facts that several rules need, and the rules by name.
#pragma once

#include <array>

#include "detect/coinjoin.h"

namespace clew::detect {

struct ValueGroup {
  std::int64_t value = 0;
  std::uint32_t count = 0;
};

struct ShapeFacts {
  std::vector<ValueGroup> groups;  // output values, most frequent first, then larger value first
  std::uint32_t valued_inputs = 0;
  std::uint32_t typed_inputs = 0;
  std::uint32_t input_owners = 0;   // distinct; an unknown owner counts as one more
  std::uint32_t output_owners = 0;  // likewise
  std::uint32_t owners_on_both_sides = 0;
  std::uint32_t input_types = 0;  // bit set of ScriptType, of the inputs whose type is known
  std::uint32_t output_types = 0;
  bool inputs_ascending = true, inputs_descending = true;  // by value, of the known ones
  bool outputs_ascending = true, outputs_descending = true;

  const ValueGroup& top() const { return groups.front(); }
};

constexpr std::uint32_t bit(bitcoin::ScriptType type) {
  return std::uint32_t{1} << static_cast<unsigned>(type);
}
constexpr std::uint32_t kP2wpkhOnly = bit(bitcoin::ScriptType::p2wpkh);
constexpr std::uint32_t kSegwitKeys = kP2wpkhOnly | bit(bitcoin::ScriptType::p2tr);

// Of a shape with at least one output.
ShapeFacts facts_of(const TxShape& shape);

// Whether the transaction is from `start` on (seconds), as far as its time is known.
bool not_before(const TxShape& shape, std::uint32_t start);

std::string btc(std::int64_t satoshi);                      // "0.05 BTC"
std::string counted(std::uint64_t count, const char* one);  // "1 input", "5 inputs"
// "; the values of 3 of 5 inputs are unknown", or nothing if all are known.
std::string unknown_values(const TxShape& shape, const ShapeFacts& facts);

// WabiSabi's standard denominations (5000 satoshi or more). The binary and ternary ones (2^k, 3^k,
// 2·3^k) are never written by people; the decimal ones (1, 2, 5 times 10^k) are.
bool is_binary_or_ternary(std::int64_t value);
bool is_decimal(std::int64_t value);

using Rule = std::optional<CoinJoin> (*)(const TxShape&, const ShapeFacts&);
std::optional<CoinJoin> whirlpool_mix(const TxShape& shape, const ShapeFacts& facts);
std::optional<CoinJoin> wasabi1_coordinator(const TxShape& shape, const ShapeFacts& facts);
std::optional<CoinJoin> wasabi1_denomination(const TxShape& shape, const ShapeFacts& facts);
std::optional<CoinJoin> wasabi2_denominations(const TxShape& shape, const ShapeFacts& facts);
std::optional<CoinJoin> wasabi2_order(const TxShape& shape, const ShapeFacts& facts);
std::optional<CoinJoin> joinmarket_round(const TxShape& shape, const ShapeFacts& facts);

}  // namespace clew::detect
