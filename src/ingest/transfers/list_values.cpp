#include "ingest/transfers/list_values.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "base/keccak.h"
#include "chain/tron/address.h"

namespace clew::ingest {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool take_digits(std::string_view& text, std::size_t count, unsigned& out) {
  if (text.size() < count) return false;
  out = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_digit(text[i])) return false;
    out = out * 10 + static_cast<unsigned>(text[i] - '0');
  }
  text.remove_prefix(count);
  return true;
}
bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// "", "Z", "UTC", "+02:00", "+0200", "+02": seconds to take off.
std::optional<int> parse_zone(std::string_view text) {
  while (text.starts_with(' '))
    text.remove_prefix(1);
  if (text.empty() || text == "Z" || text == "UTC") return 0;
  const bool west = text.starts_with('-');
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  unsigned hours = 0, minutes = 0;
  if (!take_digits(text, 2, hours)) return std::nullopt;
  (void)take(text, ':');
  if (!text.empty() && !take_digits(text, 2, minutes)) return std::nullopt;
  if (!text.empty() || hours > 23 || minutes > 59) return std::nullopt;
  const int seconds = static_cast<int>(hours * 3600 + minutes * 60);
  return west ? -seconds : seconds;
}

std::optional<std::uint64_t> parse_calendar(std::string_view text) {
  unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (!take_digits(text, 4, year) || !take(text, '-') || !take_digits(text, 2, month) ||
      !take(text, '-') || !take_digits(text, 2, day))
    return std::nullopt;
  if (take(text, 'T') || take(text, ' ')) {
    if (!take_digits(text, 2, hour) || !take(text, ':') || !take_digits(text, 2, minute))
      return std::nullopt;
    if (take(text, ':') && !take_digits(text, 2, second)) return std::nullopt;
    if (take(text, '.'))
      while (!text.empty() && is_digit(text.front()))
        text.remove_prefix(1);
  }
  const auto zone = parse_zone(text);
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(month), std::chrono::day(day)};
  if (!zone || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t seconds =
      std::int64_t{days} * 86400 + hour * 3600 + minute * 60 + second - *zone;
  if (seconds < 0) return std::nullopt;
  return static_cast<std::uint64_t>(seconds);
}

// digits.digits[e[+-]digits] as one whole number and the power of ten that it is to be multiplied
// by.
struct Decimal {
  std::string digits;
  std::int64_t exponent = 0;
};
std::optional<Decimal> parse_decimal(std::string_view text) {
  constexpr std::size_t kDigitsMax = 400;
  Decimal out;
  bool point = false;
  while (!text.empty() && (is_digit(text.front()) || (text.front() == '.' && !point))) {
    if (text.front() == '.') {
      point = true;
    } else {
      out.digits += text.front();
      if (point) --out.exponent;
    }
    text.remove_prefix(1);
  }
  if (out.digits.empty() || out.digits.size() > kDigitsMax) return std::nullopt;
  if (take(text, 'e') || take(text, 'E')) {
    (void)take(text, '+');
    int power = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), power);
    if (code != std::errc() || end != text.data() + text.size() || power > 400 || power < -400)
      return std::nullopt;
    out.exponent += power;
    text = {};
  }
  return text.empty() ? std::optional(std::move(out)) : std::nullopt;
}

// The decimal digits of a number of base units, of any size.
std::optional<std::string> units_of(std::string_view text, std::optional<unsigned> decimals) {
  auto number = parse_decimal(text);
  if (!number) return std::nullopt;
  number->exponent += decimals.value_or(0);
  auto& digits = number->digits;
  for (; number->exponent < 0; ++number->exponent) {
    if (digits.back() != '0') return std::nullopt;  // a part of a base unit
    if (digits.size() > 1) digits.pop_back();
  }
  digits.append(static_cast<std::size_t>(number->exponent), '0');
  return std::move(digits);
}

bool is_hex_number(std::string_view text) {
  return text.size() > 2 && text.starts_with("0x") &&
         std::ranges::all_of(text.substr(2), [](char c) { return hex_digit(c) != kNotHex; });
}
// Without "0x" and zeros that say nothing.
std::string_view hex_digits(std::string_view number) {
  auto digits = number.substr(2);
  while (digits.size() > 1 && digits.front() == '0')
    digits.remove_prefix(1);
  return digits;
}

template <std::size_t Size>
std::optional<std::array<std::uint8_t, Size>> parse_fixed(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  std::array<std::uint8_t, Size> bytes;
  if (text.size() != 2 * Size || !hex_into(text, bytes.data())) return std::nullopt;
  return bytes;
}

}  // namespace

std::optional<U256> parse_amount(std::string_view text, std::optional<unsigned> decimals) {
  if (is_hex_number(text)) return U256::from_quantity("0x" + std::string(hex_digits(text)));
  const auto digits = units_of(text, decimals);
  return digits ? U256::from_decimal(*digits) : std::nullopt;
}

bool amount_is_too_large(std::string_view text, std::optional<unsigned> decimals) {
  return (is_hex_number(text) || units_of(text, decimals)) && !parse_amount(text, decimals);
}

std::optional<std::uint64_t> parse_moment(std::string_view text) {
  if (const auto number = parse_list_number(text)) {
    // Seconds reach the year 5138, larger numbers are of smaller units.
    constexpr std::uint64_t kSecondsMax = 100'000'000'000;
    std::uint64_t moment = *number;
    for (int unit = 0; unit < 3 && moment >= kSecondsMax; ++unit)
      moment /= 1000;
    return moment < kSecondsMax ? std::optional(moment) : std::nullopt;
  }
  return parse_calendar(text);
}

std::optional<chain::Account> parse_list_account(std::string_view text) {
  if (const auto account = parse_fixed<20>(text)) return account;
  return tron::parse_address(text);
}
std::optional<Hash256> parse_list_hash(std::string_view text) {
  return parse_fixed<32>(text);
}

std::optional<std::uint64_t> parse_list_number(std::string_view text) {
  if (text.starts_with("0x")) {
    const auto quantity = parse_amount(text, {});
    return quantity ? quantity->to_u64() : std::nullopt;
  }
  // Tools that know only floating point write whole numbers with a fraction of zero.
  if (text.ends_with(".0")) text.remove_suffix(2);
  std::uint64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::vector<std::uint32_t>> parse_trace_address(std::string_view text) {
  constexpr std::size_t kDepthMax = 1025;  // of calls in each other
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  std::vector<std::uint32_t> path;
  while (!text.empty()) {
    while (text.starts_with(' '))
      text.remove_prefix(1);
    std::uint32_t step = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), step);
    if (code != std::errc() || path.size() == kDepthMax) return std::nullopt;
    path.push_back(step);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty()) break;
    if (!take(text, ',') && !take(text, '_')) return std::nullopt;
    if (text.empty()) return std::nullopt;
  }
  return path;
}

chain::Account made_up_contract(std::string_view name) {
  const auto hash = keccak256(as_bytes("clew: asset named " + std::string(name)));
  chain::Account account;
  std::copy_n(hash.begin(), account.size(), account.begin());
  return account;
}

}  // namespace clew::ingest
