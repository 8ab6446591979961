// Sanctions lists of the US Treasury's Office of Foreign Assets Control (OFAC): digital currency
// addresses of the Specially Designated Nationals list.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "labels/label.h"

namespace clew::labels {

// One JSON object, asset code → list of addresses: {"XBT": ["1…"], "ETH": ["0x…"]}.
// Identity is fixed, so that a newer list replaces the older one whatever its file is called.
Result<PackContent> parse_sanctions_json(std::string_view text, std::string_view name);

// OFAC's sdn.xml: sdnList/sdnEntry with uid, firstName, lastName, sdnType, programList, remarks and
// idList/id of idType "Digital Currency Address - CODE". Document type declarations are refused,
// and with them entities that expand to more than they are.
Result<PackContent> parse_sdn_xml(std::string_view text, std::string_view name);

struct SanctionedAsset {
  std::string currency;  // as this program writes it: "BTC" for OFAC's XBT
  std::string network;   // set where the code alone does not tell the ledger: USDT, USDC
};
// OFAC's codes in our terms. USDT and USDC live on many ledgers: the form of the address tells
// Ethereum (0x…), TRON (T…) and Bitcoin (Omni).
SanctionedAsset sanctioned_asset(std::string_view code, std::string_view address);

}  // namespace clew::labels
