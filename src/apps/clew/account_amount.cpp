#include "apps/clew/account_amount.h"

#include <algorithm>

#include "labels/printable.h"

namespace clew::app {
namespace {

bool names_coin(const AccountView& view, std::string_view text) {
  const auto& coin = view.chain.coin;
  const auto same = [](char a, char b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return lower(a) == lower(b);
  };
  return std::equal(text.begin(), text.end(), coin.begin(), coin.end(), same);
}

// Brackets and quotes, which the text around a symbol is made of.
bool encloses(std::uint32_t code) {
  if (code < 0x80)
    return std::string_view("()[]{}<>\"'`").find(char(code)) != std::string_view::npos;
  return code == 0xab || code == 0xbb ||                        // angle quotes
         (code >= 0x2018 && code <= 0x201f) ||                  // quotation marks
         code == 0x2039 || code == 0x203a ||                    // single angle quotes
         (code >= 0x2768 && code <= 0x2775) ||                  // ornaments
         (code >= 0x27e6 && code <= 0x27ef) ||                  // mathematical brackets
         (code >= 0x3008 && code <= 0x301f) ||                  // CJK
         code == 0xff02 || code == 0xff07 || code == 0xff40 ||  // full-width quotes
         code == 0xff08 || code == 0xff09 || code == 0xff1c || code == 0xff1e || code == 0xff3b ||
         code == 0xff3d || (code >= 0xff5b && code <= 0xff63);
}

// Whether a symbol can stand behind an amount as it is, and be taken for nothing but a name: short,
// visible, of one line, without brackets and quotes, and not going on with the amount's digits.
bool is_plain_symbol(std::string_view symbol) {
  constexpr std::size_t kBytesMax = 24;
  if (symbol.empty() || symbol.size() > kBytesMax || labels::printable(symbol) != symbol)
    return false;
  if (symbol.front() == ' ' || symbol.back() == ' ') return false;
  const auto word = symbol.substr(0, symbol.find(' '));
  if (word.find_first_not_of("0123456789.,") == word.npos) return false;
  while (!symbol.empty()) {
    const auto character = first_character(symbol);
    if (!character || encloses(character->code)) return false;
    symbol.remove_prefix(character->size);
  }
  return true;
}

}  // namespace

std::optional<unsigned> decimals_of_chain(const AccountView& view, const chain::Asset& asset) {
  const auto& wrapped = view.chain.wrapped_coins;
  const bool wraps = std::find(wrapped.begin(), wrapped.end(), asset.contract) != wrapped.end();
  if (asset.is_native() || wraps) return view.chain.decimals;
  return std::nullopt;
}

std::optional<unsigned> decimals_of(const AccountView& view, const chain::Asset& asset) {
  if (const auto known = decimals_of_chain(view, asset)) return known;
  const auto token = view.tokens.find(asset.contract);
  constexpr unsigned kDecimalsMax = 77;  // an amount has no more digits
  if (!token || !token->decimals || *token->decimals > kDecimalsMax) return std::nullopt;
  return *token->decimals;
}

Json decimal_json(const AccountView& view, const chain::Asset& asset, const U256& value) {
  const auto decimals = decimals_of(view, asset);
  return decimals ? Json(decimal_text(value, *decimals)) : Json(nullptr);
}

std::string money_text(const AccountView& view, const chain::Asset& asset, const U256& value) {
  auto name = asset_text(view, asset);
  if (!asset.token_id.is_zero()) name += "/" + asset.token_id.to_decimal();
  const auto token = asset.is_native() ? std::nullopt : view.tokens.find(asset.contract);
  if (token && token->symbol && is_plain_symbol(*token->symbol))
    name = *token->symbol + " [" + name + "]";
  if (const auto decimals = decimals_of(view, asset))
    return decimal_text(value, *decimals) + " " + name;
  return value.to_decimal() + " units of " + name;
}

void put_asset(const AccountView& view, const chain::Asset& asset, Json& document) {
  document["asset"] = asset_text(view, asset);
  document["token_id"] =
      asset.token_id.is_zero() ? Json(nullptr) : Json(asset.token_id.to_decimal());
}

Result<account::AssetId> parse_asset(const AccountView& view, const std::string& text) {
  if (names_coin(view, text)) return account::kCoin;
  if (!text.starts_with("0x") && !is_tron_address(text.substr(0, text.find('/'))))
    return fail(ErrorKind::usage, "'" + labels::printable(text) + "' is no asset: write " +
                                      view.chain.coin + ", or the address of a token's contract");
  const auto slash = text.find('/');
  CLEW_TRY(contract, parse_account(view.chain, text.substr(0, slash)));
  chain::Asset asset{contract, {}};
  if (slash != text.npos) {
    const auto token = U256::from_decimal(text.substr(slash + 1));
    if (!token)
      return fail(ErrorKind::usage,
                  "'" + labels::printable(text) + "' has no number of a token after the stroke");
    asset.token_id = *token;
  }
  if (const auto id = view.snapshot.find_asset(asset)) return *id;
  return fail(ErrorKind::not_found, "nothing of asset " + text + " moved in this ledger");
}

Result<U256> parse_units(const std::string& text, std::optional<unsigned> decimals) {
  constexpr std::string_view kUnits = "units";
  std::optional<U256> units;
  if (text.ends_with(kUnits)) {
    units = U256::from_decimal(text.substr(0, text.size() - kUnits.size()));
  } else if (decimals) {
    const auto dot = std::min(text.find('.'), text.size());
    auto digits = text.substr(0, dot);
    auto fraction = dot < text.size() ? text.substr(dot + 1) : std::string();
    if (fraction.size() <= *decimals && !(dot < text.size() && fraction.empty())) {
      fraction.resize(*decimals, '0');
      units = U256::from_decimal(digits + fraction);
    }
  }
  if (units) return *units;
  return fail(
      ErrorKind::usage,
      "'" + labels::printable(text) + "' is not an amount: write base units (5000units)" +
          (decimals ? " or an amount with at most " + std::to_string(*decimals) + " decimals (0.01)"
                    : "; how many decimals this token has is not known"));
}

}  // namespace clew::app
