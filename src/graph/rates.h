// Exchange rates by day, and what an amount was worth then. Amounts stay integers: a rate is held
// in millionths, a worth in hundredths of the currency.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clew::graph {

class Rates {
 public:
  // Lines `date,currency,rate` ("2009-01-03,EUR,150.25": one coin on that day, UTC), a heading
  // allowed. data if a line is malformed, with its number.
  static Result<Rates> parse_csv(std::string_view text);

  // `rate` is a decimal number of at most six places behind the point, not negative; data if not,
  // or if that day has a different rate already.
  Result<void> add(std::string_view date, std::string_view currency, std::string_view rate);

  const std::vector<std::string>& currencies() const { return currencies_; }
  bool empty() const { return currencies_.empty(); }

  // Hundredths of each currency (in the order of currencies()) that `value` satoshi were worth at a
  // time in seconds since 1970, halves rounded up; nothing where that day has no rate.
  std::vector<std::optional<std::int64_t>> worth(std::int64_t value, std::uint32_t time) const;

 private:
  std::vector<std::string> currencies_;
  // By day since 1970: millionths of each currency, or -1 if unknown. Shorter if later ones are.
  std::map<std::int32_t, std::vector<std::int64_t>> days_;
};

// A sum of worths that remembers what it could not count.
struct Worth {
  std::vector<std::int64_t> cents;     // hundredths, one a currency
  std::vector<std::uint64_t> unrated;  // amounts left out for want of a rate, one a currency
  bool operator==(const Worth&) const = default;
  void add(const Rates& rates, std::int64_t value, std::uint32_t time);
};

}  // namespace clew::graph
