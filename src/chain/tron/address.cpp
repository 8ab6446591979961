#include "chain/tron/address.h"

#include <algorithm>

#include "base/base58.h"
#include "chain/evm/address_text.h"

namespace clew::tron {

Bytes prefixed(const chain::Account& account) {
  Bytes whole(account.size() + 1, kAddressPrefix);
  std::ranges::copy(account, whole.begin() + 1);
  return whole;
}

std::string to_text(const chain::Account& account) {
  return base58check_encode(prefixed(account));
}

std::optional<chain::Account> account_of(ByteView bytes) {
  chain::Account account;
  if (bytes.size() != account.size() + 1 || bytes[0] != kAddressPrefix) return std::nullopt;
  std::ranges::copy(bytes.subspan(1), account.begin());
  return account;
}

std::optional<chain::Account> parse_address(std::string_view text) {
  chain::Account account;
  const bool marked = text.starts_with("0x");
  const auto digits = marked ? text.substr(2) : text;
  if (marked && digits.size() == 2 * account.size())
    return evm::checksum_holds(digits) && hex_into(digits, account.data()) ? std::optional(account)
                                                                           : std::nullopt;
  const auto bytes = digits.size() == 2 * account.size() + 2 ? from_hex(digits)
                     : marked                                ? std::nullopt
                                                             : base58check_decode(text);
  return bytes ? account_of(*bytes) : std::nullopt;
}

}  // namespace clew::tron
