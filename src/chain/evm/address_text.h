// Addresses as people write them: the case of the letters may carry a checksum (EIP-55).
#pragma once

#include <string>

#include "chain/transfer.h"

namespace clew::evm {

// "0x" and 40 hexadecimal digits in the mixed case of EIP-55: a letter is upper case if the digit
// at its place in keccak256 of the digits in lower case is 8 or more.
std::string checksummed(const chain::Account& account);

// Whether `digits`, the 40 hexadecimal digits of an address, may be as they are: letters of one
// case say nothing, those of both have to be as EIP-55 wants them.
bool checksum_holds(std::string_view digits);

}  // namespace clew::evm
