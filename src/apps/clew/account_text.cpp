#include "apps/clew/account_text.h"

#include "chain/evm/address_text.h"
#include "chain/tron/address.h"
#include "labels/printable.h"

namespace clew::app {
namespace {

template <std::size_t Size>
Result<std::array<std::uint8_t, Size>> parse_bytes(std::string_view text, const char* what) {
  std::array<std::uint8_t, Size> bytes;
  if (text.size() == 2 + 2 * Size && text.starts_with("0x") &&
      hex_into(text.substr(2), bytes.data()))
    return bytes;
  return fail(ErrorKind::usage, "'" + labels::printable(std::string(text)) + "' is not " + what +
                                    ": 0x and " + std::to_string(2 * Size) + " hexadecimal digits");
}

bool is_tron(const evm::ChainParams& chain) {
  return chain.address_form == evm::AddressForm::tron;
}

}  // namespace

std::string account_text(const evm::ChainParams& chain, const chain::Account& account) {
  return is_tron(chain) ? tron::to_text(account) : evm::to_text(account);
}

Result<chain::Account> parse_hex_account(std::string_view text) {
  CLEW_TRY(account, parse_bytes<20>(text, "an address"));
  if (!evm::checksum_holds(text.substr(2)))
    return fail(ErrorKind::usage,
                "the checksum of '" + std::string(text) +
                    "' is wrong (EIP-55: the case of its letters), so that a digit may be too; in "
                    "small letters alone it is taken as it is");
  return account;
}

Result<chain::Account> parse_account(const evm::ChainParams& chain, std::string_view text) {
  if (!is_tron(chain)) return parse_hex_account(text);
  if (const auto account = tron::parse_address(text)) return *account;
  return fail(ErrorKind::usage, "'" + labels::printable(std::string(text)) +
                                    "' is not an address of TRON: T… with its checksum, or 41… in "
                                    "hexadecimal");
}

Result<Hash256> parse_hex_hash(std::string_view text) {
  return parse_bytes<32>(text, "a hash");
}

Result<Hash256> parse_hash(const evm::ChainParams& chain, std::string_view text) {
  Hash256 hash;
  if (is_tron(chain) && text.size() == 2 * hash.size() && hex_into(text, hash.data())) return hash;
  return parse_hex_hash(text);
}

bool is_tron_address(std::string_view text) {
  return text.starts_with('T') && tron::parse_address(text).has_value();
}

}  // namespace clew::app
