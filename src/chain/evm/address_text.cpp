#include "chain/evm/address_text.h"

#include <algorithm>

#include "base/keccak.h"

namespace clew::evm {

std::string checksummed(const chain::Account& account) {
  auto digits = to_hex(account);
  const auto hash = keccak256(as_bytes(digits));
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const auto nibble = i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 0xf;
    if (digits[i] >= 'a' && nibble >= 8) digits[i] = static_cast<char>(digits[i] - 'a' + 'A');
  }
  return "0x" + digits;
}

bool checksum_holds(std::string_view digits) {
  const auto any_between = [digits](char first, char last) {
    return std::ranges::any_of(digits, [=](char c) { return c >= first && c <= last; });
  };
  if (!any_between('a', 'f') || !any_between('A', 'F')) return true;
  chain::Account account;
  return digits.size() == 2 * account.size() && hex_into(digits, account.data()) &&
         checksummed(account).substr(2) == digits;
}

}  // namespace clew::evm
