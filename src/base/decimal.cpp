#include "base/decimal.h"

namespace clew {

std::string decimal_text(const U256& value, unsigned decimals) {
  auto digits = value.to_decimal();
  if (decimals == 0) return digits;
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  digits.insert(digits.size() - decimals, 1, '.');
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

}  // namespace clew
