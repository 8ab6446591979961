#include "labels/label.h"

#include <gtest/gtest.h>

#include <set>

namespace clew::labels {
namespace {

Label full() {
  return {.subject = "a",
          .currency = "b",
          .network = "c",
          .label = "d",
          .categories = {"e"},
          .concepts = {"f"},
          .abuses = {"g"},
          .actor = "h",
          .sources = {"i"},
          .confidence = "j",
          .is_cluster_definer = true,
          .lastmod = "k",
          .licence = "l",
          .extra = "{\"m\":1}"};
}

TEST(LabelDigest, ChangesWithEveryField) {
  std::set<Hash256> seen = {digest(full())};
  const auto differs = [&](auto change) {
    auto label = full();
    change(label);
    EXPECT_TRUE(seen.insert(digest(label)).second);
  };
  differs([](Label& l) { l.subject_kind = SubjectKind::transaction; });
  differs([](Label& l) { l.subject = "x"; });
  differs([](Label& l) { l.currency = "x"; });
  differs([](Label& l) { l.network = "x"; });
  differs([](Label& l) { l.label = "x"; });
  differs([](Label& l) { l.categories = {"e", "x"}; });
  differs([](Label& l) { l.concepts.clear(); });
  differs([](Label& l) { l.abuses = {"x"}; });
  differs([](Label& l) { l.actor = "x"; });
  differs([](Label& l) { l.sources = {"x"}; });
  differs([](Label& l) { l.confidence = "x"; });
  differs([](Label& l) { l.is_cluster_definer = false; });
  differs([](Label& l) { l.is_cluster_definer.reset(); });
  differs([](Label& l) { l.lastmod = "x"; });
  differs([](Label& l) { l.licence = "x"; });
  differs([](Label& l) { l.extra = "x"; });
}

TEST(LabelDigest, KeepsNeighbouringFieldsApart) {
  Label a, b;
  a.label = "ab";
  b.label = "a";
  b.actor = "b";
  EXPECT_NE(digest(a), digest(b));
  a = b = {};
  a.categories = {"x"};
  b.concepts = {"x"};
  EXPECT_NE(digest(a), digest(b));
}

TEST(ContentDigest, DependsOnOrderButNotOnTheFilesName) {
  const Hash256 one{1}, two{2};
  Pack pack{.title = "t"}, moved = pack;
  moved.origin = "elsewhere.yaml";
  moved.identity = "other";
  EXPECT_EQ(content_digest(pack, {one, two}, {}), content_digest(moved, {one, two}, {}));
  EXPECT_NE(content_digest(pack, {one, two}, {}), content_digest(pack, {two, one}, {}));
  EXPECT_NE(content_digest(pack, {one}, {}), content_digest(pack, {}, {one}));
}

TEST(Skips, KeepsAllCountsButOnlyTheFirstReasons) {
  Skips skips;
  for (int i = 0; i < 250; ++i)
    skips.add("line " + std::to_string(i));
  EXPECT_EQ(skips.count, 250u);
  ASSERT_EQ(skips.reasons.size(), Skips::kReasonsMax);
  EXPECT_EQ(skips.reasons.back(), "line 99");
}

TEST(DateOf, IsADayThatThereIsOrNothing) {
  for (const char* text : {"2024-02-29", "2021-06-03 10:20:30.123456", "2021-06-03T10:20:30+02:00"})
    EXPECT_EQ(date_of(Label{.lastmod = text}), text);
  for (const char* text : {"", "yesterday", "2024-99-99", "2024-02-31", "2023-02-29", "2024-1-2",
                           "20240102", "2024-01-021", "2024"})
    EXPECT_EQ(date_of(Label{.lastmod = text}), "") << text;
}

}  // namespace
}  // namespace clew::labels
