#include "chain/bitcoin/amount.h"

#include <string>

namespace clew::bitcoin {
namespace {

constexpr int kDecimals = 8;
constexpr int kExponentMax = 1000;  // far beyond any amount, far below overflow

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// A number taken apart: value = digits * 10^exponent.
struct Decimal {
  bool negative = false;
  std::string digits;  // without leading zeros
  int exponent = 0;
};

class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view take_digits() {
    std::size_t n = 0;
    while (n < rest_.size() && is_digit(rest_[n]))
      ++n;
    const std::string_view digits = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return digits;
  }
  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

bool scan_exponent(Scanner& scan, int& exponent) {
  if (!scan.take('e') && !scan.take('E')) return true;
  const bool negative = scan.take('-');
  if (!negative) scan.take('+');
  const std::string_view digits = scan.take_digits();
  if (digits.empty()) return false;
  int value = 0;
  for (const char c : digits) {
    value = value * 10 + (c - '0');
    if (value > kExponentMax) return false;
  }
  exponent += negative ? -value : value;
  return true;
}

std::optional<Decimal> scan_decimal(std::string_view text) {
  constexpr std::size_t kTextMax = 400;
  if (text.size() > kTextMax) return std::nullopt;
  Scanner scan(text);
  Decimal number;
  number.negative = scan.take('-');
  const std::string_view whole = scan.take_digits();
  if (whole.empty() || (whole.size() > 1 && whole.front() == '0')) return std::nullopt;
  number.digits = whole;
  if (scan.take('.')) {
    const std::string_view fraction = scan.take_digits();
    if (fraction.empty()) return std::nullopt;
    number.digits += fraction;
    number.exponent = -static_cast<int>(fraction.size());
  }
  if (!scan_exponent(scan, number.exponent) || !scan.done()) return std::nullopt;
  number.digits.erase(0, number.digits.find_first_not_of('0'));
  return number;
}

}  // namespace

std::optional<std::int64_t> parse_coins(std::string_view text) {
  auto number = scan_decimal(text);
  if (!number) return std::nullopt;
  if (number->digits.empty()) return 0;
  int zeros = number->exponent + kDecimals;  // to append for satoshi
  for (; zeros < 0; ++zeros) {
    if (number->digits.empty() || number->digits.back() != '0') return std::nullopt;
    number->digits.pop_back();
  }
  if (number->digits.size() + static_cast<std::size_t>(zeros) > 18) return std::nullopt;
  number->digits.append(static_cast<std::size_t>(zeros), '0');
  std::int64_t satoshi = 0;
  for (const char c : number->digits)
    satoshi = satoshi * 10 + (c - '0');
  return number->negative ? -satoshi : satoshi;
}

}  // namespace clew::bitcoin
