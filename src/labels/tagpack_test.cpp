#include "labels/tagpack.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "labels/yaml_tree.h"
#include "labels/yaml_writer.h"

namespace clew::labels {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

PackContent read(std::string_view text) {
  auto content = parse_tagpack(text, "packs/demo.yaml");
  EXPECT_TRUE(content) << content.error().message;
  return content ? *std::move(content) : PackContent{};
}
std::string error_of(std::string_view text) {
  const auto content = parse_tagpack(text, "packs/demo.yaml");
  return content ? "" : content.error().message;
}

constexpr const char* kDemo = R"(title: Demo
creator: Jane
description: What it is
is_public: true
owner: somebody
label: Internet Archive
lastmod: 2019-03-15
currency: BTC
confidence: ownership
source: https://archive.org/donate/cryptocurrency
is_cluster_definer: yes
tags:
- address: 1Archive1n2C579dMsAu3iC6tWzuQJz8dN
- address: '0xFA8E3920daF271daB92Be9B87d9998DDd94FEF08'
  currency: ETH
  label: Other
  lastmod: '2019-04-16'
  is_cluster_definer: false
  category: exchange
  concepts: [donation, exchange]
  abuse: scam
  source:
- tx_hash: 4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b
  network: BTC
  tag_type: event
  score: 3
  seen: {first: 2009-01-03}
)";

TEST(TagPack, InheritsHeaderFieldsUnlessATagStatesThem) {
  const auto content = read(kDemo);
  EXPECT_EQ(content.pack.title, "Demo");
  EXPECT_EQ(content.pack.creator, "Jane");
  EXPECT_EQ(content.pack.is_public, true);
  EXPECT_EQ(content.pack.extra, R"({"owner":"somebody"})");
  EXPECT_EQ(content.pack.identity, "tagpack|Jane|Demo|demo.yaml");
  ASSERT_EQ(content.labels.size(), 3u);
  const auto& first = content.labels[0];
  EXPECT_EQ(first.subject, "1Archive1n2C579dMsAu3iC6tWzuQJz8dN");
  EXPECT_EQ(first.label, "Internet Archive");
  EXPECT_EQ(first.currency, "BTC");
  EXPECT_EQ(first.lastmod, "2019-03-15");
  EXPECT_EQ(first.confidence, "ownership");
  EXPECT_EQ(first.is_cluster_definer, true);
  EXPECT_THAT(first.sources, ElementsAre("https://archive.org/donate/cryptocurrency"));
  EXPECT_EQ(first.extra, "");
  const auto& second = content.labels[1];
  EXPECT_EQ(second.label, "Other");
  EXPECT_EQ(second.lastmod, "2019-04-16");
  EXPECT_EQ(second.is_cluster_definer, false);
  EXPECT_THAT(second.categories, ElementsAre("exchange"));
  EXPECT_THAT(second.concepts, ElementsAre("donation", "exchange"));
  EXPECT_THAT(second.abuses, ElementsAre("scam"));
  EXPECT_TRUE(second.sources.empty());  // null takes the inherited value away
}

TEST(TagPack, KeepsTransactionsAndUnknownFields) {
  const auto content = read(kDemo);
  const auto& tx = content.labels.at(2);
  EXPECT_EQ(tx.subject_kind, SubjectKind::transaction);
  EXPECT_EQ(tx.network, "BTC");
  EXPECT_EQ(tx.extra, R"({"score":3,"seen":{"first":"2009-01-03"},"tag_type":"event"})");
}

TEST(TagPack, LetsTheHeaderCarryContextAndAnIncludedHeader) {
  const auto content = read(
      "header: {title: Base, creator: Jane, currency: BTC}\ntitle: Own\ncontext: '{\"n\": 1}'\n"
      "tags:\n- address: a\n- address: b\n  context: other\n");
  EXPECT_EQ(content.pack.title, "Own");
  EXPECT_EQ(content.pack.creator, "Jane");
  EXPECT_EQ(content.labels.at(0).currency, "BTC");
  EXPECT_EQ(content.labels.at(0).extra, R"({"context":"{\"n\": 1}"})");
  EXPECT_EQ(content.labels.at(1).extra, R"({"context":"other"})");
}

TEST(TagPack, KeepsTheHashBesideAnAddress) {
  const auto content = read("title: t\ntags:\n- {tx_hash: ab, address: x}\n");
  EXPECT_EQ(content.labels.at(0).subject, "x");
  EXPECT_EQ(content.labels.at(0).subject_kind, SubjectKind::address);
  EXPECT_EQ(content.labels.at(0).extra, R"({"tx_hash":"ab"})");
}

TEST(TagPack, SkipsTagsAboutNothing) {
  const auto content = read("title: t\ntags:\n- label: x\n- address:\n- address: a\n");
  EXPECT_EQ(content.labels.size(), 1u);
  EXPECT_EQ(content.skipped.count, 2u);
  EXPECT_EQ(content.skipped.reasons.at(0),
            "packs/demo.yaml:3:3: a tag without address and tx_hash");
}

TEST(TagPack, NamesFileLineColumnAndKeyOfAnError) {
  EXPECT_EQ(error_of("title: t\ntags:\n- address: a\n  label: [x]\n"),
            "packs/demo.yaml:4:10: key 'label' must be text, not a list");
  EXPECT_EQ(error_of("title: t\ntags:\n- address: a\n  is_cluster_definer: maybe\n"),
            "packs/demo.yaml:4:23: key 'is_cluster_definer' must be true or false");
  EXPECT_EQ(error_of("title: t\ntags:\n- address: a\n  abuse: {x: y}\n"),
            "packs/demo.yaml:4:10: key 'abuse' must be text or a list, not a mapping");
  EXPECT_THAT(error_of("title: t\ntags: x\n"), HasSubstr("2:7: key 'tags' must be a list"));
  EXPECT_THAT(error_of("title: t\ntags: [x]\n"), HasSubstr("must be a list of mappings"));
  EXPECT_THAT(error_of("title: {}\ntags: []\n"), HasSubstr("key 'title' must be text"));
  EXPECT_THAT(error_of("title: t\n"), HasSubstr("neither 'tags' nor 'actors'"));
  EXPECT_THAT(error_of("- a\n"), HasSubstr("a pack is a mapping, not a list"));
  EXPECT_THAT(error_of("title: t\nheader: x\ntags: []"), HasSubstr("key 'header'"));
}

TEST(ActorPack, ReadsActors) {
  const auto content = read(R"(title: Actors
creator: Jane
lastmod: '2023-02-17'
actors:
- id: '01'
  label: Zero One
  uri: 01.xyz
  categories: [defi_dex, exchange]
  jurisdictions: [AT]
  aliases: [zero]
  context: {year_established: 2023, active: false, refs: [a, b]}
- id: two
  label: Two
  lastmod: 2024-01-01
- label: nobody
)");
  EXPECT_EQ(content.pack.format, "actorpack");
  ASSERT_EQ(content.actors.size(), 2u);
  const auto& actor = content.actors[0];
  EXPECT_EQ(actor.id, "01");
  EXPECT_EQ(actor.lastmod, "2023-02-17");
  EXPECT_THAT(actor.categories, ElementsAre("defi_dex", "exchange"));
  EXPECT_THAT(actor.jurisdictions, ElementsAre("AT"));
  EXPECT_EQ(actor.extra,
            R"({"context":{"active":false,"refs":["a","b"],"year_established":2023}})");
  EXPECT_EQ(content.actors[1].lastmod, "2024-01-01");
  EXPECT_EQ(content.skipped.count, 1u);
  const auto again = read(write_tagpack(content));
  EXPECT_EQ(again.actors, content.actors);
  EXPECT_EQ(again.pack, content.pack);
}

TEST(WriteTagPack, GivesBackWhatWasRead) {
  const auto content = read(kDemo);
  const auto text = write_tagpack(content);
  const auto again = read(text);
  EXPECT_EQ(again.labels, content.labels) << text;
  EXPECT_EQ(again.pack, content.pack);
}

TEST(WriteTagPack, PutsCommonFieldsInTheHeader) {
  const auto text =
      write_tagpack(read("title: t\ncreator: c\nlabel: L\ncurrency: BTC\nlastmod: 2020-01-02\n"
                         "tags:\n- address: a\n- address: b\n  currency: ETH\n"));
  EXPECT_EQ(text,
            "title: t\ncreator: c\nlabel: L\nlastmod: 2020-01-02\ntags:\n"
            "- address: a\n  currency: BTC\n- address: b\n  currency: ETH\n");
}

TEST(WriteTagPack, LosesNoHostileText) {
  PackContent content;
  content.pack.format = "tagpack";
  content.pack.title = "a: b # c";
  content.pack.origin = "demo.yaml";
  content.pack.identity = file_identity(content.pack);
  for (const std::string text : {"yes",
                                 "null",
                                 "~",
                                 "123",
                                 "0x12",
                                 "2021-01-01",
                                 "- a",
                                 "[x]",
                                 "{x: y}",
                                 "a: b",
                                 "a #b",
                                 "'",
                                 "\"",
                                 "\\",
                                 "a\nb",
                                 "\ttab",
                                 " lead",
                                 "trail ",
                                 "=1+1",
                                 "<<",
                                 "*x",
                                 "&x",
                                 "!x",
                                 "%x",
                                 "@x",
                                 "`x",
                                 "|",
                                 ">",
                                 "?",
                                 ":",
                                 "x:",
                                 "\x01\x1b\x7f",
                                 "\u0085\u2028\u202e\ufeff",
                                 "💰 日本",
                                 "---",
                                 "...",
                                 "12:30",
                                 "1_0",
                                 ".5",
                                 "#",
                                 ",",
                                 "a,b",
                                 "http://x/y?z=1#f"}) {
    Label label;
    label.subject = label.label = label.actor = label.lastmod = text;
    label.categories = {text};
    label.concepts = {text, text};
    content.labels.push_back(label);
  }
  content.labels[0].extra = "{\"12\":[],\"a: b\":{\"x\":\"yes\",\"y\":[[1,\"\\n\"],{}]}}";
  const auto text = write_tagpack(content);
  const auto again = read(text);
  ASSERT_EQ(again.labels.size(), content.labels.size());
  for (std::size_t i = 0; i < again.labels.size(); ++i)
    EXPECT_EQ(again.labels[i], content.labels[i]);
  EXPECT_EQ(again.pack, content.pack);
}

TEST(WriteTagPack, WritesEmptyPacks) {
  PackContent content;
  content.pack.title = "empty";
  EXPECT_EQ(write_tagpack(content), "title: empty\ntags: []\n");
}

TEST(YamlText, QuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(yaml_text("Internet Archive"), "Internet Archive");
  EXPECT_EQ(yaml_text("https://x.org/a?b=c"), "https://x.org/a?b=c");
  EXPECT_EQ(yaml_text("1THash&58COIN"), "1THash&58COIN");
  EXPECT_EQ(yaml_text("yes"), "\"yes\"");
  EXPECT_EQ(yaml_text(""), "\"\"");
  EXPECT_EQ(yaml_text("a\x1b"), "\"a\\U0000001b\"");
  EXPECT_EQ(yaml_item("a b"), "\"a b\"");
  EXPECT_EQ(yaml_date("2020-01-02"), "2020-01-02");
  EXPECT_EQ(yaml_date("soon: yes"), "\"soon: yes\"");
}

TEST(TagPack, AnActorPackWithoutActorsStaysOne) {
  const auto read = parse_tagpack("actors:\nnetwork:\n  of: friends\n", "pack.yaml");
  ASSERT_TRUE(read) << read.error().message;
  const auto again = parse_tagpack(write_tagpack(*read), "pack.yaml");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->pack, read->pack);
}

TEST(TagPack, CharactersThatYamlTakesOnlyEscapedReadBack) {
  const auto content = parse_tagpack(
      "title: T\ntags:\n- {address: a, label: \"x\\Ufffe\", \"k\\Uffff\": 1}\n", "p.yaml");
  EXPECT_FALSE(content) << "eight digits are wanted";
  const auto pack = parse_tagpack(
      "title: T\ntags:\n- {address: a, label: \"x\\ufffe\", \"k\\uffff\": 1}\n", "p.yaml");
  ASSERT_TRUE(pack) << pack.error().message;
  const auto again = parse_tagpack(write_tagpack(*pack), "p.yaml");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->labels, pack->labels);
}

TEST(TagPack, LongKeysReadBack) {
  PackContent content;
  content.pack.title = "long";
  content.pack.format = "tagpack";
  const std::string key(1020, '\t');  // longer yet when written
  content.pack.extra = nlohmann::json({{key, {{key, 1}, {"b", 2}}}, {"z", "after"}}).dump();
  Label label;
  label.subject = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S";
  label.label = "one";
  label.extra = nlohmann::json({{key, "value"}}).dump();
  content.labels = {label};
  const auto again = parse_tagpack(write_tagpack(content), "pack.yaml");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->pack.extra, content.pack.extra);
  ASSERT_EQ(again->labels.size(), 1u);
  EXPECT_EQ(again->labels[0].extra, label.extra);
}

}  // namespace
}  // namespace clew::labels
