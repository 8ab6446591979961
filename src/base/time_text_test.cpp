#include "base/time_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace clew {
namespace {

TEST(TimeText, IsUtc) {
  EXPECT_EQ(time_iso(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(time_iso(1'600'000'000), "2020-09-13T12:26:40Z");
  EXPECT_EQ(time_text(1'600'000'000), "2020-09-13 12:26:40");
  EXPECT_EQ(time_iso(-1), "1969-12-31T23:59:59Z");
  EXPECT_EQ(time_iso(0xffff'ffff), "2106-02-07T06:28:15Z");
}

TEST(TimeText, HasAnAnswerForEveryNumber) {
  EXPECT_EQ(time_iso(std::numeric_limits<std::int64_t>::max()), "?");
}

}  // namespace
}  // namespace clew
