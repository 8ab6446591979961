#include "labels/csv.h"

#include <gmock/gmock.h>

namespace clew::labels {
namespace {

using testing::ElementsAre;

using Rows = std::vector<std::vector<std::string>>;

Rows rows(std::string_view text) {
  CsvReader reader(text, "t.csv");
  Rows out;
  std::vector<std::string> cells;
  while (true) {
    const auto more = reader.next(cells);
    EXPECT_TRUE(more) << more.error().message;
    if (!more || !*more) return out;
    out.push_back(cells);
  }
}
std::string error_of(std::string_view text) {
  CsvReader reader(text, "t.csv");
  std::vector<std::string> cells;
  while (true) {
    const auto more = reader.next(cells);
    if (!more) return more.error().message;
    if (!*more) return "";
  }
}

TEST(Csv, FollowsRfc4180) {
  EXPECT_EQ(rows("a,b\r\n1,2\r\n"), (Rows{{"a", "b"}, {"1", "2"}}));
  EXPECT_EQ(rows("a,\"b,\"\"c\"\"\nd\"\n"), (Rows{{"a", "b,\"c\"\nd"}}));
  EXPECT_EQ(rows("a,,\n"), (Rows{{"a", "", ""}}));
  EXPECT_EQ(rows("\"\",\"\""), (Rows{{"", ""}}));
  EXPECT_EQ(rows(""), Rows{});
}

TEST(Csv, TakesMarksSeparatorsAndBlankLines) {
  EXPECT_EQ(rows("\xef\xbb\xbf"
                 "a;b\n\n\r\n1;2,5\n"),
            (Rows{{"a", "b"}, {"1", "2,5"}}));
  EXPECT_EQ(rows("a\tb, c\n1\t2\n"), (Rows{{"a", "b, c"}, {"1", "2"}}));
  EXPECT_EQ(rows("a, b ,\" c \"\n"), (Rows{{"a", "b", " c "}}));
  EXPECT_EQ(rows("a,b\"c\"\n"), (Rows{{"a", "b\"c\""}}));
}

TEST(Csv, NamesTheLineOfAnError) {
  EXPECT_EQ(error_of("a,b\n1,\"x\n\n"), "t.csv:2: a quoted cell does not end");
  EXPECT_EQ(error_of("a,b\n\"1\"x,2\n"), "t.csv:2: text after the closing quote of a cell");
}

TEST(Csv, CountsLinesInsideCells) {
  CsvReader reader("a\n\"1\n2\"\n3\n", "t.csv");
  std::vector<std::string> cells;
  for (const std::uint64_t line : {1u, 2u, 4u}) {
    ASSERT_TRUE(reader.next(cells).value());
    EXPECT_EQ(reader.line(), line);
  }
  EXPECT_FALSE(reader.next(cells).value());
}

TEST(CsvCell, QuotesWhatNeedsIt) {
  EXPECT_EQ(csv_cell("plain"), "plain");
  for (const std::string text : {"a,b", "a\"b", "a\nb", " a", "a ", "a;b", "a\tb", "\r"})
    EXPECT_THAT(rows(csv_cell(text) + ",x\n"), ElementsAre(ElementsAre(text, "x")));
}

}  // namespace
}  // namespace clew::labels
