// Contracts' ABI files: JSON arrays of functions, events, errors and the constructor.
// https://docs.soliditylang.org/en/latest/abi-spec.html#json
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "chain/evm/abi_signature.h"

namespace clew::evm {

struct ContractAbi {
  std::vector<AbiSignature> functions, events, errors;
};

// The array itself, or the object with it under "abi" that compilers write. Entries of other types
// are passed over. data if the text is not JSON, or an entry not of its form: the error names it.
Result<ContractAbi> read_contract_abi(std::string_view text);

}  // namespace clew::evm
