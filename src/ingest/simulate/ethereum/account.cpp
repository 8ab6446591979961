#include "ingest/simulate/ethereum/account.h"

namespace clew::simulate::ethereum {

std::string_view name(PartyKind kind) {
  switch (kind) {
    case PartyKind::nobody:
      return "nobody";
    case PartyKind::user:
      return "user";
    case PartyKind::stranger:
      return "stranger";
    case PartyKind::exchange:
      return "exchange";
    case PartyKind::issuer:
      return "issuer";
    case PartyKind::market:
      return "market";
    case PartyKind::shop:
      return "shop";
    case PartyKind::mixer:
      return "mixer";
    case PartyKind::relayer:
      return "relayer";
    case PartyKind::builder:
      return "builder";
    case PartyKind::validator:
      return "validator";
    case PartyKind::rollup:
      return "rollup";
    case PartyKind::thief:
      return "thief";
    case PartyKind::scammer:
      return "scammer";
  }
  return "";
}

std::string name(Party party) {
  return std::string(name(party.kind)) + "-" + std::to_string(party.number);
}

std::string_view name(Role role) {
  switch (role) {
    case Role::wallet:
      return "wallet";
    case Role::deposit:
      return "deposit";
    case Role::hot:
      return "hot";
    case Role::cold:
      return "cold";
    case Role::gas:
      return "gas";
    case Role::fees:
      return "fees";
    case Role::withdrawal:
      return "withdrawal";
    case Role::contract:
      return "contract";
    case Role::loot:
      return "loot";
    case Role::lookalike:
      return "lookalike";
  }
  return "";
}

}  // namespace clew::simulate::ethereum
