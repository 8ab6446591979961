#include "graph/rates.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>

namespace clew::graph {

namespace {

constexpr std::int64_t kUnit = 1'000'000;  // a rate of one
constexpr std::int64_t kRateMax = std::int64_t{1'000'000'000} * kUnit;
constexpr std::int64_t kUnknown = -1;

template <class Number>
std::optional<Number> number(std::string_view digits) {
  Number value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || digits.front() == '-')
    return std::nullopt;
  return value;
}

// "2009-01-03" to days since 1970.
std::optional<std::int32_t> day_of(std::string_view date) {
  if (date.size() != 10 || date[4] != '-' || date[7] != '-') return std::nullopt;
  const auto year = number<int>(date.substr(0, 4));
  const auto month = number<unsigned>(date.substr(5, 2));
  const auto day = number<unsigned>(date.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day ymd{std::chrono::year(*year), std::chrono::month(*month),
                                        std::chrono::day(*day)};
  if (!ymd.ok()) return std::nullopt;
  return std::chrono::sys_days(ymd).time_since_epoch().count();
}

// "149.55" to millionths.
std::optional<std::int64_t> millionths(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  std::string places(text.substr(std::min(point + 1, text.size())));
  if (whole.empty() || (point < text.size() && places.empty()) || places.size() > 6)
    return std::nullopt;
  places.resize(6, '0');
  const auto units = number<std::int64_t>(whole);
  const auto rest = number<std::int64_t>(places);
  if (!units || !rest || *units > kRateMax / kUnit) return std::nullopt;
  return *units * kUnit + *rest;
}

std::string quoted(std::string_view text) {
  return "\"" + std::string(text.substr(0, 40)) + "\"";
}

}  // namespace

Result<void> Rates::add(std::string_view date, std::string_view currency, std::string_view rate) {
  const auto day = day_of(date);
  if (!day) return fail(ErrorKind::data, quoted(date) + " is no date such as 2009-01-03");
  if (currency.empty() || currency.size() > 16)
    return fail(ErrorKind::data, quoted(currency) + " is no currency");
  const auto value = millionths(rate);
  if (!value) return fail(ErrorKind::data, quoted(rate) + " is no rate such as 149.55");
  const auto known = std::find(currencies_.begin(), currencies_.end(), currency);
  const auto place = static_cast<std::size_t>(known - currencies_.begin());
  if (known == currencies_.end()) currencies_.emplace_back(currency);
  auto& rates = days_[*day];
  if (rates.size() <= place) rates.resize(place + 1, kUnknown);
  if (rates[place] != kUnknown && rates[place] != *value)
    return fail(ErrorKind::data, std::string(date) + " has two rates of " + std::string(currency));
  rates[place] = *value;
  return {};
}

Result<Rates> Rates::parse_csv(std::string_view text) {
  Rates rates;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view row = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (row.ends_with('\r')) row.remove_suffix(1);
    if (row.empty() || (line == 1 && row == "date,currency,rate")) continue;
    const std::size_t first = row.find(','), second = row.rfind(',');
    const std::string where = "line " + std::to_string(line);
    if (first == std::string_view::npos || first == second)
      return fail(ErrorKind::data, where + ": not of the form date,currency,rate");
    auto added = rates.add(row.substr(0, first), row.substr(first + 1, second - first - 1),
                           row.substr(second + 1));
    if (!added) return fail(std::move(added).error().within(where));
  }
  return rates;
}

std::vector<std::optional<std::int64_t>> Rates::worth(std::int64_t value,
                                                      std::uint32_t time) const {
  constexpr std::int64_t kSecondsADay = 86400;
  std::vector<std::optional<std::int64_t>> worths(currencies_.size());
  const auto day = days_.find(static_cast<std::int32_t>(time / kSecondsADay));
  if (day == days_.end()) return worths;
  // satoshi * millionths / (10^8 * 10^6) units are that / 10^12 hundredths.
  constexpr __int128 kScale = 1'000'000'000'000;
  for (std::size_t i = 0; i < day->second.size(); ++i) {
    if (day->second[i] == kUnknown) continue;
    const __int128 cents = (static_cast<__int128>(value) * day->second[i] + kScale / 2) / kScale;
    if (cents <= std::numeric_limits<std::int64_t>::max())
      worths[i] = static_cast<std::int64_t>(cents);
  }
  return worths;
}

void Worth::add(const Rates& rates, std::int64_t value, std::uint32_t time) {
  const auto worths = rates.worth(value, time);
  cents.resize(worths.size());
  unrated.resize(worths.size());
  for (std::size_t i = 0; i < worths.size(); ++i)
    if (!worths[i] || __builtin_add_overflow(cents[i], *worths[i], &cents[i])) ++unrated[i];
}

}  // namespace clew::graph
