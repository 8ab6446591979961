#include "base/decimal.h"

#include <gtest/gtest.h>

namespace clew {
namespace {

TEST(DecimalText, HasNoZerosAtItsEnd) {
  EXPECT_EQ(decimal_text(U256(1'500'000), 6), "1.5");
  EXPECT_EQ(decimal_text(U256(1'000'000), 6), "1");
  EXPECT_EQ(decimal_text(U256(1), 6), "0.000001");
  EXPECT_EQ(decimal_text(U256(), 6), "0");
  EXPECT_EQ(decimal_text(U256(1'500'000), 0), "1500000");
}

TEST(DecimalText, TakesWhateverATokenSays) {
  EXPECT_EQ(decimal_text(U256(7), 255), "0." + std::string(254, '0') + "7");
}

}  // namespace
}  // namespace clew
