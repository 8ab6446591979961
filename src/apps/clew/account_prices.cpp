#include "apps/clew/account_prices.h"

#include "apps/clew/account_amount.h"
#include "labels/printable.h"

namespace clew::app {
namespace {

struct Worth {
  U256 cents;  // hundredths of the currency
  unsigned decimals = 0;
  std::optional<unsigned> denied;  // what the token says of itself, if the table knows better
};

// The user's own table is believed more than a stranger's token.
std::optional<Worth> worth(const AccountView& view, const std::optional<PriceFile>& prices,
                           const chain::Asset& asset, const U256& value, std::uint64_t time) {
  if (!prices || !asset.token_id.is_zero()) return std::nullopt;
  const auto name = asset_text(view, asset);
  const auto said = decimals_of(view, asset);
  auto decimals = decimals_of_chain(view, asset);
  if (!decimals) decimals = prices->prices.decimals(name);
  if (!decimals) decimals = said;
  if (!decimals) return std::nullopt;
  const auto cents = prices->prices.worth(name, value, *decimals, time);
  if (!cents) return std::nullopt;
  return Worth{*cents, *decimals, said == decimals ? std::nullopt : said};
}

// Always with two places.
std::string cents_text(const U256& cents) {
  auto digits = cents.to_decimal();
  if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
  digits.insert(digits.size() - 2, ".");
  return digits;
}

}  // namespace

Result<std::optional<PriceFile>> read_prices(const std::string& path) {
  if (path.empty()) return std::optional<PriceFile>();
  constexpr std::uint64_t kSizeMax = 1 << 30;
  CLEW_TRY(size, real_files().size(path));
  if (size > kSizeMax) return fail(ErrorKind::usage, path + " is too large for a table of prices");
  CLEW_TRY(content, real_files().read(path));
  auto prices =
      account::Prices::parse_csv({reinterpret_cast<const char*>(content.data()), content.size()});
  if (!prices) return fail(std::move(prices).error().within(path));
  const auto slash = path.rfind('/');
  return std::optional(
      PriceFile{slash == path.npos ? path : path.substr(slash + 1), std::move(*prices)});
}

Json worth_json(const AccountView& view, const std::optional<PriceFile>& prices,
                const chain::Asset& asset, const U256& value, std::uint64_t time) {
  const auto found = worth(view, prices, asset, value, time);
  if (!found) return nullptr;
  const auto& currency = prices->prices.currency();
  return {{"value", cents_text(found->cents)},
          {"currency", currency.empty() ? Json(nullptr) : Json(currency)},
          {"prices", prices->name},
          {"decimals", found->decimals},
          {"denied_decimals", found->denied ? Json(*found->denied) : Json(nullptr)}};
}

std::string worth_text(const AccountView& view, const std::optional<PriceFile>& prices,
                       const chain::Asset& asset, const U256& value, std::uint64_t time) {
  const auto found = worth(view, prices, asset, value, time);
  if (!found) return {};
  const auto& currency = prices->prices.currency();
  auto text =
      cents_text(found->cents) + (currency.empty() ? "" : " " + currency) + " by " + prices->name;
  if (found->denied)
    text += " with " + std::to_string(found->decimals) + " decimals (the token says " +
            std::to_string(*found->denied) + ")";
  return labels::printable(text);
}

}  // namespace clew::app
