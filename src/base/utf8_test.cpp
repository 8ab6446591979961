#include "base/utf8.h"

#include <gtest/gtest.h>

namespace clew {
namespace {

TEST(Utf8, KnowsTheSizeOfCharacters) {
  EXPECT_EQ(first_character("a")->code, 0x61u);
  EXPECT_EQ(first_character("\xc3\xa9x")->code, 0xe9u);
  EXPECT_EQ(first_character("\xe2\x82\xac")->code, 0x20acu);
  EXPECT_EQ(first_character("\xf0\x9f\x92\xa9")->code, 0x1f4a9u);
  EXPECT_EQ(first_character("\xf0\x9f\x92\xa9")->size, 4u);
  EXPECT_FALSE(first_character(""));
}

TEST(Utf8, RefusesWhatIsNotWellFormed) {
  for (const char* text : {"\x80", "\xc0\x80", "\xc1\xbf", "\xc3", "\xe0\x80\x80", "\xed\xa0\x80",
                           "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xff", "\xe2\x28\xa1"}) {
    EXPECT_FALSE(valid_utf8(text)) << text;
    EXPECT_TRUE(valid_utf8(to_valid_utf8(text))) << text;
  }
  EXPECT_TRUE(valid_utf8("Tether \xe2\x82\xae"));
  EXPECT_EQ(to_valid_utf8("a\xff"
                          "b"),
            "a\xef\xbf\xbd"
            "b");
}

TEST(Utf8, CutsBetweenCharacters) {
  EXPECT_EQ(cut_utf8("abc", 3), "abc");
  EXPECT_EQ(cut_utf8("abc", 2), "ab");
  EXPECT_EQ(cut_utf8("a\xe2\x82\xac", 3), "a");
  EXPECT_EQ(cut_utf8("a\xe2\x82\xac", 4), "a\xe2\x82\xac");
  EXPECT_EQ(cut_utf8("\xe2\x82\xac", 0), "");
}

TEST(Utf8, MakesOneLineOfWhateverComes) {
  EXPECT_EQ(one_line("two\nlines\x7f", 20), "two lines ");
  EXPECT_EQ(one_line("abcdef", 6), "abcdef");
  EXPECT_EQ(one_line("abcdefg", 6), "abcdef...");
  EXPECT_EQ(one_line("abcde\xe2\x82\xac", 6), "abcde...");
  EXPECT_TRUE(valid_utf8(one_line("abc\xff\xe2\x82", 6)));
  EXPECT_TRUE(valid_utf8(one_line(std::string(100, '\xe2'), 7)));
}

}  // namespace
}  // namespace clew
