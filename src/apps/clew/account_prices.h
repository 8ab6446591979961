// What amounts on account chains were worth, by a table that the user gives. Every figure names the
// table.
#pragma once

#include "apps/clew/account_view.h"
#include "graph/account/fiat.h"

namespace clew::app {

struct PriceFile {
  std::string name;  // without its folder
  account::Prices prices;
};

// Nothing if no path is given. Errors name the file.
Result<std::optional<PriceFile>> read_prices(const std::string& path);

// {"value": "1234.50", "currency", "prices": the file's name, "decimals", "denied_decimals": what
// the token says if the table tells others, else null} at a time; null if the table does not tell,
// or there is none.
Json worth_json(const AccountView& view, const std::optional<PriceFile>& prices,
                const chain::Asset& asset, const U256& value, std::uint64_t time);
// "1234.50 EUR by prices.csv"; empty if the table does not tell.
std::string worth_text(const AccountView& view, const std::optional<PriceFile>& prices,
                       const chain::Asset& asset, const U256& value, std::uint64_t time);

}  // namespace clew::app
