#include "labels/printable.h"

#include <gtest/gtest.h>

namespace clew::labels {
namespace {

TEST(Printable, LeavesHonestTextAlone) {
  for (const std::string text : {"Binance.com", "Фонд", "日本取引所", "a <b> & 'c'", ""})
    EXPECT_EQ(printable(text), text);
}

TEST(Printable, EscapesWhatMovesTheCursorOrTheReader) {
  EXPECT_EQ(printable("a\x1b[2Jb"), "a\\u{1b}[2Jb");
  EXPECT_EQ(printable("a\nb\tc"), "a\\u{0a}b\\u{09}c");
  EXPECT_EQ(printable("\u202egnp.exe"), "\\u{202e}gnp.exe");
  EXPECT_EQ(printable("a\u200bb\u2066c\ufeff"), "a\\u{200b}b\\u{2066}c\\u{feff}");
  EXPECT_EQ(printable("\u0085"), "\\u{85}");
  EXPECT_EQ(printable(std::string("a\0b", 3)), "a\\u{00}b");
}

TEST(Printable, IsUnambiguous) {
  EXPECT_EQ(printable("\\u{1b}"), "\\\\u{1b}");
  EXPECT_NE(printable("\\u{1b}"), printable("\x1b"));
}

TEST(Printable, ShowsBytesThatAreNotUtf8) {
  EXPECT_EQ(printable("a\xff\xc3"), "a\\x{ff}\\x{c3}");
  EXPECT_EQ(printable("\xc0\xaf"), "\\x{c0}\\x{af}");             // overlong
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\x{ed}\\x{a0}\\x{80}");  // a surrogate
}

TEST(ValidUtf8, KnowsTheEdges) {
  EXPECT_TRUE(valid_utf8("\u07ff\u0800\uffff\U00010000\U0010ffff"));
  for (const std::string text : {"\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf",
                                 "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82"})
    EXPECT_FALSE(valid_utf8(text));
}

TEST(CsvGuard, DefusesFormulas) {
  EXPECT_EQ(csv_guarded("=HYPERLINK(\"http://x\")"), "'=HYPERLINK(\"http://x\")");
  for (const std::string text : {"+1", "-1", "@SUM(1)", "\tx", "\rx", "＝1", "'x"})
    EXPECT_EQ(csv_guarded(text), "'" + text);
  for (const std::string text : {"1+1", "a=b", "", "x"})
    EXPECT_EQ(csv_guarded(text), text);
}

TEST(CsvGuard, CanBeTakenAwayAgain) {
  for (const std::string text : {"=1", "'", "''", "'=1", "''=1", "x'", "it's", "'x", "", "@"})
    EXPECT_EQ(csv_unguarded(csv_guarded(text)), text) << text;
  EXPECT_EQ(csv_unguarded("'80s club"), "'80s club");  // never guarded
}

}  // namespace
}  // namespace clew::labels
