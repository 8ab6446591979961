// Types of contracts' arguments, as texts and as a tree.
// https://docs.soliditylang.org/en/latest/abi-spec.html#types
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clew::evm {

struct AbiParameter;

struct AbiType {
  enum class Kind : std::uint8_t {
    number,         // uint8 to uint256, ufixed: `bits`
    signed_number,  // int8 to int256, fixed
    address,
    boolean,
    fixed_bytes,  // bytes1 to bytes32, and function (24): `size`
    bytes,
    string,
    list,   // T[]
    array,  // T[k]: `size` is k
    tuple,
  };

  Kind kind = Kind::number;
  std::uint32_t bits = 256;
  std::uint32_t size = 0;
  std::uint32_t decimals = 0;  // of fixed and ufixed
  bool is_fixed_point = false, is_function = false;
  std::vector<AbiParameter> parts;  // the element of a list or array; what a tuple has

  // Follow from the rest. Dynamic: its place holds an offset to where it is. Words: of 32 bytes,
  // what it takes in its place.
  bool dynamic = false;
  std::uint32_t words = 1;
};

struct AbiParameter {
  AbiType type;
  std::string name;  // may be empty
  bool indexed = false;
};

// Nothing in use comes near these; a text that goes beyond them is refused as unsupported.
struct AbiLimits {
  static constexpr std::size_t kTextMax = 4096;      // bytes of a type or signature
  static constexpr std::size_t kDepthMax = 16;       // of tuples and arrays in each other
  static constexpr std::uint32_t kWordsMax = 65536;  // of a type that is not dynamic
};

// The tree for a type's name and, of a tuple (whose name begins "tuple"), its components: how ABI
// files have it. Short forms are taken: uint, int, fixed, ufixed, byte.
Result<AbiType> make_abi_type(std::string_view name, std::vector<AbiParameter> components,
                              std::size_t depth = 0);
AbiType make_tuple(std::vector<AbiParameter> parts);

// As signatures have it: "uint256", "(address,bytes32[2])[]".
std::string canonical(const AbiType& type);

}  // namespace clew::evm
