#include "graph/account/fiat.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <vector>

namespace clew::account {
namespace {

constexpr unsigned kPricePlaces = 18;
constexpr std::size_t kPriceDigitsMax = 48;

std::string quoted(std::string_view text) {
  return "\"" + std::string(text.substr(0, 60)) + "\"";
}

template <class Number>
std::optional<Number> number(std::string_view digits) {
  Number value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || digits.starts_with('-'))
    return std::nullopt;
  return value;
}

// Seconds since 1970 of "2024-05-31T12:00:00Z", "2024-05-31" or the number itself.
std::optional<std::uint64_t> time_of(std::string_view text) {
  if (text.size() != 10 && text.size() != 20) return number<std::uint64_t>(text);
  if (text[4] != '-') return number<std::uint64_t>(text);
  const auto part = [&](std::size_t at, std::size_t size) {
    return number<unsigned>(text.substr(at, size));
  };
  const auto year = part(0, 4), month = part(5, 2), day = part(8, 2);
  if (!year || !month || !day || text[7] != '-' || *year < 1970) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  auto seconds = static_cast<std::uint64_t>(days) * 86'400;
  if (text.size() == 10) return seconds;
  const auto hour = part(11, 2), minute = part(14, 2), second = part(17, 2);
  const bool form = text[10] == 'T' && text[13] == ':' && text[16] == ':' && text[19] == 'Z';
  if (!form || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59)
    return std::nullopt;
  return seconds + *hour * 3'600 + *minute * 60 + *second;
}

// "3120.55" in 10^-18.
std::optional<U256> price_of(std::string_view text) {
  const auto point = std::min(text.find('.'), text.size());
  std::string digits(text.substr(0, point));
  std::string places(text.substr(std::min(point + 1, text.size())));
  if (digits.empty() || (point < text.size() && places.empty()) || places.size() > kPricePlaces ||
      digits.size() > kPriceDigitsMax)
    return std::nullopt;
  places.resize(kPricePlaces, '0');
  return U256::from_decimal(digits + places);
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (auto& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return result;
}

U256 power_of_ten(unsigned exponent) {
  U256 power(1);
  for (; exponent > 0; --exponent)
    power = *checked_mul(power, 10);
  return power;
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  while (true) {
    const auto comma = line.find(',');
    fields.push_back(line.substr(0, comma));
    if (comma == line.npos) return fields;
    line.remove_prefix(comma + 1);
  }
}

}  // namespace

Result<void> Prices::add(const Row& row) {
  const auto time = time_of(row.time);
  if (!time) return fail(ErrorKind::data, quoted(row.time) + " is no time");
  if (row.asset.empty()) return fail(ErrorKind::data, "no asset is named");
  const auto price = price_of(row.price);
  if (!price) return fail(ErrorKind::data, quoted(row.price) + " is no price such as 3120.55");
  auto& series = series_[lower(row.asset)];
  const auto [place, is_new] = series.prices.emplace(*time, *price);
  if (!is_new && place->second != *price)
    return fail(ErrorKind::data, quoted(row.asset) + " has two prices at " + std::string(row.time));
  if (!row.decimals.empty()) {
    const auto decimals = number<unsigned>(row.decimals);
    if (!decimals || *decimals > kDecimalsMax || (series.decimals && series.decimals != decimals))
      return fail(ErrorKind::data,
                  quoted(row.decimals) + " cannot be the decimals of " + quoted(row.asset));
    series.decimals = decimals;
  }
  if (size_++ == 0)
    currency_ = row.currency;
  else if (currency_ != row.currency)
    return fail(ErrorKind::data,
                "prices are in " + quoted(currency_) + " and in " + quoted(row.currency));
  return {};
}

Result<Prices> Prices::parse_csv(std::string_view text) {
  Prices prices;
  std::vector<std::string_view Row::*> columns;
  const std::map<std::string_view, std::string_view Row::*> known = {
      {"time", &Row::time},         {"asset", &Row::asset},       {"price", &Row::price},
      {"decimals", &Row::decimals}, {"currency", &Row::currency},
  };
  for (std::size_t line = 1; !text.empty(); ++line) {
    const auto end = std::min(text.find('\n'), text.size());
    auto content = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (content.ends_with('\r')) content.remove_suffix(1);
    if (content.empty()) continue;
    const auto fields = fields_of(content);
    const auto where = "line " + std::to_string(line);
    if (columns.empty()) {
      for (const auto field : fields) {
        const auto column = known.find(field);
        columns.push_back(column == known.end() ? nullptr : column->second);
      }
      for (const auto needed : {&Row::time, &Row::asset, &Row::price})
        if (std::count(columns.begin(), columns.end(), needed) != 1)
          return fail(ErrorKind::data, where + ": no heading such as time,asset,price");
      continue;
    }
    if (fields.size() != columns.size())
      return fail(ErrorKind::data, where + ": as many fields as the heading has are needed");
    Row row;
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (columns[i] != nullptr) row.*columns[i] = fields[i];
    if (auto added = prices.add(row); !added) return fail(std::move(added).error().within(where));
  }
  return prices;
}

std::optional<unsigned> Prices::decimals(std::string_view asset) const {
  const auto found = series_.find(lower(asset));
  return found == series_.end() ? std::nullopt : found->second.decimals;
}

std::optional<U256> Prices::worth(std::string_view asset, const U256& value, unsigned decimals,
                                  std::uint64_t time) const {
  const auto found = series_.find(lower(asset));
  if (found == series_.end() || decimals > kDecimalsMax) return std::nullopt;
  const auto& prices = found->second.prices;
  const auto after = prices.upper_bound(time);
  if (after == prices.begin()) return std::nullopt;
  const auto& [when, price] = *std::prev(after);
  if (time - when > kAgeMax) return std::nullopt;
  // Units times 10^-18 of the currency, over the units of one: in hundredths 10^16 less.
  const auto scale = power_of_ten(decimals + kPricePlaces - 2);
  const auto part = mul_divide(value, price, scale);
  if (!part) return std::nullopt;
  const bool up = part->remainder >= U256::wrapping_sub(scale, part->remainder);
  return up ? checked_add(part->quotient, U256(1)) : std::optional(part->quotient);
}

}  // namespace clew::account
