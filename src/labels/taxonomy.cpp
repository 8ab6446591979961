#include "labels/taxonomy.h"

#include <algorithm>

namespace clew::labels {
namespace {

struct ConceptRow {
  std::string_view id;
  ServiceKind kind;
};

constexpr ConceptRow kServices[] = {
    {"exchange", ServiceKind::exchange},
    {"atm", ServiceKind::exchange},
    {"wallet_service", ServiceKind::wallet},
    {"escrow_wallet", ServiceKind::wallet},
    {"ico_wallet", ServiceKind::wallet},
    {"defi_custody", ServiceKind::wallet},
    {"payment_processor", ServiceKind::payment},
    {"shop", ServiceKind::merchant},
    {"hosting", ServiceKind::merchant},
    {"vpn", ServiceKind::merchant},
    {"filesharing", ServiceKind::merchant},
    {"messaging_service", ServiceKind::merchant},
    {"market", ServiceKind::market},
    {"gambling", ServiceKind::gambling},
    {"mixing_service", ServiceKind::mixer},
    {"mining_service", ServiceKind::mining},
    {"miner", ServiceKind::mining},
    {"defi", ServiceKind::defi},
    {"defi_dex", ServiceKind::defi},
    {"defi_dex_pair", ServiceKind::defi},
    {"defi_lending", ServiceKind::defi},
    {"defi_derivative", ServiceKind::defi},
    {"defi_derivatives", ServiceKind::defi},
    {"defi_token", ServiceKind::defi},
    {"defi_dao", ServiceKind::defi},
    {"defi_staking", ServiceKind::defi},
    {"defi_bridge", ServiceKind::bridge},
    {"faucet", ServiceKind::faucet},
    {"service", ServiceKind::other},
    {"index", ServiceKind::other},
    {"search_engine", ServiceKind::other},
    {"nameservice", ServiceKind::other},
};

ServiceKind first_specific(const std::vector<std::string>& ids, ServiceKind so_far) {
  for (const auto& id : ids) {
    if (so_far != ServiceKind::none && so_far != ServiceKind::other) break;
    const auto kind = service_kind(id);
    if (kind != ServiceKind::none) so_far = kind;
  }
  return so_far;
}

bool mentions_sanction(const std::vector<std::string>& ids) {
  return std::any_of(ids.begin(), ids.end(), [](const std::string& id) {
    return id == "sanction" || id == "gov_black_list";
  });
}

}  // namespace

const char* name(ServiceKind kind) {
  switch (kind) {
    case ServiceKind::none:
      return "none";
    case ServiceKind::exchange:
      return "exchange";
    case ServiceKind::wallet:
      return "wallet";
    case ServiceKind::payment:
      return "payment";
    case ServiceKind::merchant:
      return "merchant";
    case ServiceKind::market:
      return "market";
    case ServiceKind::gambling:
      return "gambling";
    case ServiceKind::mixer:
      return "mixer";
    case ServiceKind::mining:
      return "mining";
    case ServiceKind::defi:
      return "defi";
    case ServiceKind::bridge:
      return "bridge";
    case ServiceKind::faucet:
      return "faucet";
    case ServiceKind::other:
      return "service";
  }
  return "none";
}

ServiceKind service_kind(std::string_view concept_id) {
  for (const auto& row : kServices)
    if (row.id == concept_id) return row.kind;
  return ServiceKind::none;
}

ServiceKind service_kind(const Label& label, const Actor* actor) {
  auto kind = first_specific(label.categories, ServiceKind::none);
  kind = first_specific(label.concepts, kind);
  // "service_hack" with the actor "bitfinex" is where the thief took the coins, not the exchange.
  const bool own = label.abuses.empty();
  if (kind == ServiceKind::none && actor && own) kind = first_specific(actor->categories, kind);
  return kind;
}

bool is_sanctioned(const Label& label) {
  return mentions_sanction(label.abuses) || mentions_sanction(label.concepts) ||
         mentions_sanction(label.categories);
}

bool names_party(const Label& label) {
  return !label.actor.empty() || label.label != kSanctionedText;
}

std::string party_text(const Label& label) {
  std::string out;
  for (const char c : label.label) {
    const bool blank = c == ' ' || (c >= '\t' && c <= '\r');
    if (!blank)
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

}  // namespace clew::labels
