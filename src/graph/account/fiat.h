// Prices of assets over time, and what an amount was worth. Amounts stay integers: a price is held
// in 10^-18 of the currency, a worth in hundredths of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/u256.h"

namespace clew::account {

class Prices {
 public:
  // A table whose heading names its columns: `time`, `asset`, `price`, and if wanted `decimals` and
  // `currency` (the same in every row). A time is in seconds since 1970, or as "2024-05-31" or
  // "2024-05-31T12:00:00Z"; an asset the coin's symbol or a token's contract, in either case; a
  // price that of one whole coin or token, at most 18 places behind the point. data if a line is
  // malformed or denies another, with its number.
  static Result<Prices> parse_csv(std::string_view text);

  const std::string& currency() const { return currency_; }  // empty: the file does not say
  std::size_t size() const { return size_; }
  // What the table says of a token; nothing if it does not.
  std::optional<unsigned> decimals(std::string_view asset) const;
  // Hundredths that `value` base units were worth, halves rounded up, at the latest price that is
  // not after `time` and at most kAgeMax older. Nothing if there is none, or the worth has no end.
  std::optional<U256> worth(std::string_view asset, const U256& value, unsigned decimals,
                            std::uint64_t time) const;

  static constexpr std::uint64_t kAgeMax = 7 * 86'400;  // seconds
  static constexpr unsigned kDecimalsMax = 36;          // of a token

 private:
  struct Row {
    std::string_view time, asset, price, decimals, currency;
  };
  Result<void> add(const Row& row);

  struct Series {
    std::map<std::uint64_t, U256> prices;  // by time
    std::optional<unsigned> decimals;
  };
  std::map<std::string, Series, std::less<>> series_;
  std::string currency_;
  std::size_t size_ = 0;
};

}  // namespace clew::account
