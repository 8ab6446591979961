// What a label's concepts mean for tracing: is the holder of the address a service that takes in
// the funds of many people, so that what arrives there can no longer be told apart?
//
// The concept ids are those of GraphSense's concept taxonomy, which derives from the INTERPOL Dark
// Web and Virtual Assets Taxonomy: `service` with everything narrower, and `miner` (a pool's or a
// miner's payout address). Not services: organizations, users, donations, and `coinjoin`, which
// marks coins that users mixed among themselves.
#pragma once

#include <string_view>

#include "labels/label.h"

namespace clew::labels {

enum class ServiceKind : std::uint8_t {
  none,
  exchange,  // exchange, atm
  wallet,    // wallet_service, escrow_wallet, ico_wallet, defi_custody
  payment,   // payment_processor
  merchant,  // shop, hosting, vpn, filesharing and other sellers of goods and services
  market,    // market
  gambling,  // gambling
  mixer,     // mixing_service
  mining,    // mining_service, miner
  defi,      // defi, defi_dex, defi_lending, …
  bridge,    // defi_bridge
  faucet,    // faucet
  other,     // service, and whatever else is narrower than it
};
const char* name(ServiceKind kind);  // "exchange", …

// The kind that a concept id stands for; none if it is not a service or not known.
ServiceKind service_kind(std::string_view concept_id);
// By the label's categories and concepts in their order; the first specific kind wins over `other`.
// `actor`, if given, is asked when the label's own concepts name no service and it states no abuse.
ServiceKind service_kind(const Label& label, const Actor* actor = nullptr);
// On a sanctions list: a `sanction` or `gov_black_list` concept or abuse.
bool is_sanctioned(const Label& label);
// What lists without names call every sanctioned address.
inline constexpr std::string_view kSanctionedText = "OFAC sanctioned address";
// Whether a label says who holds the address; not if it is a list's text for all of them.
bool names_party(const Label& label);
// The text by which labels name a party: letter case aside, blanks at the ends left out, and any
// number of them within like one.
std::string party_text(const Label& label);

}  // namespace clew::labels
