#include "labels/jsonl.h"

#include <gmock/gmock.h>

namespace clew::labels {
namespace {

using testing::HasSubstr;

Result<std::vector<PackContent>> read(std::string_view text) {
  std::vector<PackContent> packs;
  CLEW_CHECK(parse_jsonl(text, "in/x.jsonl", [&](PackContent content) -> Result<void> {
    packs.push_back(std::move(content));
    return {};
  }));
  return packs;
}
std::string error_of(std::string_view text) {
  const auto packs = read(text);
  return packs ? "" : packs.error().message;
}

TEST(Jsonl, GivesBackWhatWasWritten) {
  const Pack pack{.identity = "i",
                  .format = "tagpack",
                  .title = "t\n",
                  .creator = "c",
                  .description = "d",
                  .licence = "MIT",
                  .origin = "o.yaml",
                  .is_public = false,
                  .extra = R"({"a":1})"};
  Label label;
  label.subject = "1A";
  label.label = "<script>\u202e";
  label.currency = "BTC";
  label.network = "BTC";
  label.categories = {"a", "b"};
  label.concepts = {"c"};
  label.abuses = {"d"};
  label.actor = "e";
  label.sources = {"f"};
  label.confidence = "g";
  label.is_cluster_definer = true;
  label.lastmod = "2020-01-01";
  label.licence = "h";
  label.extra = R"({"z":{"y":[1,null]}})";
  Label tx = label;
  tx.subject_kind = SubjectKind::transaction;
  const Actor actor{.id = "e",
                    .label = "E",
                    .uri = "e.org",
                    .categories = {"x"},
                    .jurisdictions = {"AT"},
                    .aliases = {"ee"},
                    .lastmod = "now",
                    .extra = R"({"context":{}})"};
  const auto packs =
      read(jsonl_pack(pack) + jsonl_label(label) + jsonl_label(tx) + jsonl_actor(actor));
  ASSERT_TRUE(packs) << packs.error().message;
  ASSERT_EQ(packs->size(), 1u);
  EXPECT_EQ(packs->at(0).pack, pack);
  EXPECT_EQ(packs->at(0).labels, (std::vector<Label>{label, tx}));
  EXPECT_EQ(packs->at(0).actors, std::vector<Actor>{actor});
}

TEST(Jsonl, TakesLabelsWithoutAPack) {
  const auto packs =
      read("\xef\xbb\xbf{\"address\": \"a\", \"category\": \"x\"}\r\n\n{\"label\": \"y\"}");
  ASSERT_TRUE(packs) << packs.error().message;
  ASSERT_EQ(packs->size(), 1u);
  EXPECT_EQ(packs->at(0).pack.format, "jsonl");
  EXPECT_EQ(packs->at(0).labels.at(0).categories, std::vector<std::string>{"x"});
  EXPECT_EQ(packs->at(0).skipped.reasons.at(0), "in/x.jsonl:3: no address");
}

TEST(Jsonl, NeverTakesOverTheUsersOwnLabels) {
  const auto packs = read("{\"record\":\"pack\",\"identity\":\"private\",\"format\":\"private\"}");
  ASSERT_TRUE(packs);
  EXPECT_EQ(packs->at(0).pack.identity, "");
  EXPECT_EQ(packs->at(0).pack.format, "jsonl");
}

TEST(Jsonl, NamesFileAndLineOfAnError) {
  EXPECT_EQ(error_of("{}\n{\"adress\": 1}"), "in/x.jsonl:2: unknown key 'adress'");
  EXPECT_THAT(error_of("{\"address\": 1}"), HasSubstr("x.jsonl:1: key 'address' must be a text"));
  EXPECT_THAT(error_of("{\"abuse\": [1]}"), HasSubstr("'abuse' must be a list of texts"));
  EXPECT_THAT(error_of("{\"is_cluster_definer\": 1}"), HasSubstr("must be true or false"));
  EXPECT_THAT(error_of("{\"extra\": []}"), HasSubstr("'extra' must be an object"));
  EXPECT_THAT(error_of("{\"record\": \"x\"}"), HasSubstr("unknown record 'x'"));
  EXPECT_THAT(error_of("[]"), HasSubstr("not an object"));
  EXPECT_THAT(error_of("{"), HasSubstr("x.jsonl:1: not JSON near byte"));
  EXPECT_THAT(error_of("{\"extra\":" + std::string(100, '[')), HasSubstr("nested deeper"));
}

}  // namespace
}  // namespace clew::labels
