#include "detect/examine/recent.h"

#include <gtest/gtest.h>

#include <string>

namespace clew::examine {
namespace {

TEST(Recent, LetsTheLeastRecentlyUsedGo) {
  Recent<std::string, int> recent(10);
  for (const char* key : {"a", "b", "c"}) {
    recent.at(key) = key[0];
    recent.resize(key, 4);
  }
  EXPECT_EQ(recent.count(), 2u);
  EXPECT_EQ(recent.size(), 8u);
  EXPECT_EQ(recent.at("b"), 'b');
  EXPECT_EQ(recent.at("a"), 0);  // it went, and is made anew
  recent.resize("a", 4);
  EXPECT_EQ(recent.at("b"), 'b');
  EXPECT_EQ(recent.at("c"), 0);
}

TEST(Recent, KeepsTheNewestHoweverLarge) {
  Recent<int, int> recent(10);
  recent.at(1) = 1;
  recent.resize(1, 100);
  EXPECT_EQ(recent.at(1), 1);
  recent.at(2) = 2;
  recent.resize(2, 100);
  EXPECT_EQ(recent.count(), 1u);
  recent.resize(1, 5);  // gone already
  EXPECT_EQ(recent.size(), 100u);
  recent.resize(2, 3);
  EXPECT_EQ(recent.size(), 3u);
}

}  // namespace
}  // namespace clew::examine
