// Arguments of contracts' functions and events from their bytes.
// https://docs.soliditylang.org/en/latest/abi-spec.html#formal-specification-of-the-encoding
#pragma once

#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/json_text.h"
#include "base/result.h"
#include "base/u256.h"
#include "chain/evm/abi_type.h"

namespace clew::evm {

// Which of the members holds the value follows from the type.
struct AbiValue {
  U256 number;                  // of numbers (two's complement of 256 bits), booleans: 0 or 1
  ByteView bytes;               // of addresses, bytes and strings: views the data
  std::vector<AbiValue> items;  // of lists, arrays and tuples
};

struct AbiArguments {
  std::vector<AbiValue> values;  // one a parameter
  // Whether every value is written as a compiler would: numbers within their bits, bytes followed
  // by zeros. The EVM cuts off what does not fit, as is done here.
  bool clean = true;
  std::size_t size = 0;  // bytes that the values reach to: data of a true signature has no more
};

// Offsets may point many times to the same bytes, so that a little data can stand for any number of
// values: that many at most.
inline constexpr std::size_t kAbiValuesMax = 100'000;

// The values of parameters from the start of `data`, which may go on after them. data with the byte
// where something is missing; unsupported if there would be more than `values_max` values.
Result<AbiArguments> decode_abi(std::span<const AbiParameter> parameters, ByteView data,
                                std::size_t values_max = kAbiValuesMax);

// Numbers as decimal texts, bytes as "0x...", tuples whose parts all have different names as
// objects, else as arrays.
void write_json(JsonText& json, const AbiType& type, const AbiValue& value);

}  // namespace clew::evm
