// Functions and events by their signature: from text, and to the 4-byte selector and the topic that
// stand for them on the chain.
// https://docs.soliditylang.org/en/latest/abi-spec.html#function-selector
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "chain/evm/abi_type.h"

namespace clew::evm {

using Selector = std::array<std::uint8_t, 4>;

// Of a function, or of an event (then parameters may be indexed).
struct AbiSignature {
  std::string name;
  std::vector<AbiParameter> parameters;
};

// "transfer(address,uint256)", with or without names, and as written in code: "function f(uint a,
// (bool,string)[] calldata b) external returns (bool)", "event E(address indexed a, uint256 b)".
// What comes after the parameters is not looked at. data with the byte where the text cannot be
// read.
Result<AbiSignature> parse_signature(std::string_view text);

// "transfer(address,uint256)": what is hashed.
std::string canonical(const AbiSignature& signature);
// With the names of parameters: what parse_signature() takes again, but for "indexed".
std::string described(const AbiSignature& signature);
// The first four bytes of the hash of a signature in its canonical form.
Selector selector_of(std::string_view canonical);
Selector selector_of(const AbiSignature& signature);
Hash256 topic_of(const AbiSignature& signature);

}  // namespace clew::evm
