// Amounts of the assets of account chains, as people write and read them.
#pragma once

#include "apps/clew/account_view.h"
#include "base/decimal.h"

namespace clew::app {

// How many decimals the units of the coin have, and of contracts that wrap it; nothing of others.
std::optional<unsigned> decimals_of_chain(const AccountView& view, const chain::Asset& asset);
// How many decimals the units of an asset are counted with: known of the coin and of contracts that
// wrap it; of other tokens what they say themselves, if the ledger knows.
std::optional<unsigned> decimals_of(const AccountView& view, const chain::Asset& asset);
// With decimals if they are known, else null.
Json decimal_json(const AccountView& view, const chain::Asset& asset, const U256& value);
// "1.5 ETH", "1.5 USDC [0xa0b8…]", "1500000 units of 0xdac1…", "1 units of 0xbc4c…/17". Anybody may
// give a token any name: the contract stays beside it, and a symbol that could be taken for
// something else is left out.
std::string money_text(const AccountView& view, const chain::Asset& asset, const U256& value);
// {asset, token_id}, the latter null but for tokens that are told apart by one.
void put_asset(const AccountView& view, const chain::Asset& asset, Json& document);

// The coin by its symbol, a token by its contract, or by contract/number; usage if it is none of
// these, not_found if nothing of it ever moved in this ledger.
Result<account::AssetId> parse_asset(const AccountView& view, const std::string& text);
// Base units of "0.01" with so many decimals, or of "5000units"; usage if it is neither.
Result<U256> parse_units(const std::string& text, std::optional<unsigned> decimals);

}  // namespace clew::app
