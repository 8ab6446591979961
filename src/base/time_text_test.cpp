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

TEST(TimeText, IsReadInTheFormsThatItIsWrittenIn) {
  for (const std::int64_t seconds : {0, 951'782'399, 951'782'400, 1'600'000'000}) {
    EXPECT_EQ(parse_time(time_iso(seconds)), seconds);
    EXPECT_EQ(parse_time(time_text(seconds)), seconds);
  }
  EXPECT_EQ(parse_time("2020-09-13"), 1'599'955'200);
  EXPECT_EQ(parse_time("2020-09-13T12:26"), 1'599'999'960);
  EXPECT_EQ(parse_time("2020-09-13 12:26"), 1'599'999'960);
  EXPECT_EQ(parse_time("2020-09-13T12:26:40"), 1'600'000'000);
  EXPECT_EQ(parse_time("2024-02-29"), 1'709'164'800);
  EXPECT_EQ(parse_time("2106-02-07T06:28:15Z"), 0xffff'ffff);
  EXPECT_EQ(parse_time("1969-12-31T23:59:59Z"), -1);
}

TEST(TimeText, OfNoSuchDayIsNotRead) {
  for (const char* text : {"",
                           "2024",
                           "2024-1-2",
                           "2024-01-2",
                           " 2024-1-2 ",
                           "2024-02-30",
                           "2023-02-29",
                           "2024-13-01",
                           "2024-00-10",
                           "2024-01-00",
                           "24-01-02",
                           "2024/01/02",
                           "2024-01-02Z",
                           "2024-01-02T12",
                           "2024-01-02T24:00:00Z",
                           "2024-01-02T12:60",
                           "2024-01-02T12:00:60Z",
                           "2024-01-02 12:00:00Z",
                           "2024-01-02x12:00",
                           "yesterday!",
                           "2024-+1-02",
                           "20240-01-02"})
    EXPECT_EQ(parse_time(text), std::nullopt) << text;
}

}  // namespace
}  // namespace clew
