#include "labels/yaml_tree.h"

#include <gmock/gmock.h>

namespace clew::labels {
namespace {

using testing::HasSubstr;

std::string error_of(std::string_view text, YamlLimits limits = {}) {
  const auto tree = parse_yaml(text, "f.yaml", limits);
  return tree ? "" : tree.error().message;
}
std::string json_of(std::string_view text) {
  const auto tree = parse_yaml(text, "f.yaml");
  return tree ? to_json(*tree) : tree.error().message;
}

TEST(YamlTree, ReadsBlocksAndFlows) {
  EXPECT_EQ(json_of("a: 1\nb:\n- x\n- {c: 'd', e: [f]}\n"),
            R"({"a":1,"b":["x",{"c":"d","e":["f"]}]})");
  EXPECT_EQ(json_of("%YAML 1.1\n---\na: |\n  two\n  lines\n"), R"({"a":"two\nlines\n"})");
}

TEST(YamlTree, ResolvesScalarsAsYaml11) {
  EXPECT_EQ(json_of("[yes, off, ~, '', 12, -3, 1.5, '12', text]"),
            R"([true,false,null,"",12,-3,1.5,"12","text"])");
  // A number that would come back in another notation stays text.
  EXPECT_EQ(json_of("[4199999999999732.1, 4.199999999999732e+15, 1e5, 0.10]"),
            R"(["4199999999999732.1",4.199999999999732e+15,"1e5",0.1])");
  EXPECT_EQ(json_of("[0x10, 1_000, 12:30, 2021-01-01, 007, 1e5, +5, -0]"),
            R"(["0x10","1_000","12:30","2021-01-01","007","1e5","+5","-0"])");
  EXPECT_EQ(json_of("[99999999999999999999, !!str 12, ! yes]"),
            R"(["99999999999999999999","12","yes"])");
}

TEST(YamlTree, KeepsPositions) {
  const auto tree = parse_yaml("a: 1\nb:\n  c: x\n", "f.yaml");
  ASSERT_TRUE(tree);
  const auto* node = tree->find("b")->find("c");
  EXPECT_EQ(where("f.yaml", *node), "f.yaml:3:6");
  EXPECT_EQ(tree->find("none"), nullptr);
}

TEST(YamlTree, ResolvesAliasesAndMergeKeys) {
  EXPECT_EQ(json_of("a: &x {p: 1, q: 2}\nb: *x\nc:\n  <<: *x\n  q: 3\n"),
            R"({"a":{"p":1,"q":2},"b":{"p":1,"q":2},"c":{"p":1,"q":3}})");
  EXPECT_EQ(json_of("a: &x {p: 1}\nb: &y {p: 2, r: 3}\nc: {<<: [*x, *y]}\n"),
            R"({"a":{"p":1},"b":{"p":2,"r":3},"c":{"p":1,"r":3}})");
  EXPECT_THAT(error_of("a: {<<: 1}"), HasSubstr("f.yaml:1:9: << needs a mapping"));
  EXPECT_THAT(error_of("a: *x"), HasSubstr("f.yaml:1:4: alias *x has no anchor"));
  EXPECT_THAT(error_of("a: &x [*x]"), HasSubstr("alias *x has no anchor"));
}

TEST(YamlTree, RefusesAliasBombs) {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    const auto n = std::to_string(i), m = std::to_string(i - 1);
    bomb += "a" + n + ": &a" + n + " [*a" + m;
    for (int j = 0; j < 9; ++j)
      bomb += ",*a" + m;
    bomb += "]\n";
  }
  EXPECT_THAT(error_of(bomb), HasSubstr("too much"));
  const std::string wide = "a: &a '" + std::string(1000, 'x') + "'\nb: [*a, *a, *a]\n";
  EXPECT_EQ(error_of(wide), "");
  EXPECT_THAT(error_of(wide, {.alias_bytes_max = 3500}), HasSubstr("too much"));
}

TEST(YamlTree, BoundsDepth) {
  EXPECT_THAT(error_of(std::string(100'000, '[')), HasSubstr("nested deeper than 32"));
  EXPECT_THAT(error_of("a: &x [[[]]]\nb: [[*x]]\n", {.depth_max = 5}), HasSubstr("nested deeper"));
}

TEST(YamlTree, RefusesWhatItCannotKeep) {
  EXPECT_EQ(error_of("a: 1\nb: 2\na: 3\n"), "f.yaml:3:1: key 'a' appears twice, first on line 1");
  EXPECT_THAT(error_of("a: 1\n---\nb: 2\n"), HasSubstr("a second document"));
  EXPECT_THAT(error_of("? [a]\n: 1\n"), HasSubstr("a key must be plain text"));
  EXPECT_THAT(error_of("header: !include header.yaml"), HasSubstr("tag '!include' is not"));
  EXPECT_THAT(error_of("a: !!python/object:os.system {}"), HasSubstr("is not supported"));
  EXPECT_THAT(error_of("a: [1\nb: 2"), HasSubstr("f.yaml:2:"));
  EXPECT_THAT(error_of(""), HasSubstr("no YAML document"));
  EXPECT_NE(error_of(std::string_view("a: \0b", 6)), "");
  EXPECT_NE(error_of("a: \xff\xfe"), "");
}

TEST(ClassifyPlain, KnowsWhatReadersTakeForNumbersAndDates) {
  for (const auto* text : {"1", "-1", "0x1F", "0b11", "1_000", "017", "190:20:30"})
    EXPECT_EQ(classify_plain(text), YamlScalar::integer) << text;
  for (const auto* text : {"1.5", "1e5", ".5", "-.inf", ".nan", "1.", "6.8523015e+5"})
    EXPECT_EQ(classify_plain(text), YamlScalar::real) << text;
  for (const auto* text : {"2021-01-31", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43"})
    EXPECT_EQ(classify_plain(text), YamlScalar::timestamp) << text;
  for (const auto* text : {"1Archive", "0xFA8Eg", "1.2.3", "yesterday", "-", ".", "0x", "12ab"})
    EXPECT_EQ(classify_plain(text), YamlScalar::text) << text;
}

}  // namespace
}  // namespace clew::labels
