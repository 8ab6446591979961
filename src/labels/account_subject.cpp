#include "labels/account_subject.h"

#include "chain/tron/address.h"
#include "labels/subject.h"

namespace clew::labels {
namespace {

constexpr std::string_view kTron = "tron";

// Most labels are of other chains, and a look tells.
bool may_be_account(std::string_view text) {
  return text.starts_with('T') || text.starts_with("0x") || text.starts_with("0X") ||
         text.starts_with("41");
}

std::optional<chain::Account> account_of_hex(std::string_view text) {
  chain::Account account;
  if (!text.starts_with("0x") && !text.starts_with("0X")) return std::nullopt;
  const auto digits = text.substr(2);
  if (digits.size() != 2 * account.size() || !hex_into(digits, account.data())) return std::nullopt;
  return account;
}

}  // namespace

std::optional<chain::Account> account_of(const Label& label, evm::AddressForm form) {
  if (label.subject_kind != SubjectKind::address) return std::nullopt;
  if (!may_be_account(label.subject)) return std::nullopt;
  const bool of_tron = label.subject.starts_with('T') || subject_key(label).ledger == kTron;
  if (of_tron != (form == evm::AddressForm::tron)) return std::nullopt;
  return of_tron ? tron::parse_address(label.subject) : account_of_hex(label.subject);
}

}  // namespace clew::labels
