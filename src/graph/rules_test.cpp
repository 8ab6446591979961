#include "graph/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace clew::graph {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Rules, are_listed_by_value_with_their_own_names) {
  for (std::size_t i = 0; i < all_rules().size(); ++i) {
    const RuleInfo& one = all_rules()[i];
    EXPECT_EQ(static_cast<std::size_t>(one.rule), i);
    EXPECT_EQ(&info(one.rule), &one);
    EXPECT_EQ(parse_rules(one.name).value(), RuleSet{one.rule});
    EXPECT_GT(one.confidence, 0);
    EXPECT_LE(one.confidence, 100);
    EXPECT_FALSE(one.meaning.empty());
  }
}

TEST(Rules, are_parsed_from_a_list_and_written_in_a_fixed_order) {
  const RuleSet rules = parse_rules("locktime,multi_input,,locktime").value();
  EXPECT_THAT(rules.list(), ElementsAre(Rule::multi_input, Rule::locktime));
  EXPECT_EQ(rules.text(), "multi_input,locktime");
  EXPECT_EQ(RuleSet::from_bits(rules.bits()), rules);
  EXPECT_EQ(RuleSet::from_bits(~0u).list().size(), kRuleCount);
}

TEST(Rules, that_look_ahead_make_the_set_look_ahead) {
  EXPECT_FALSE(kDefaultRules.looks_ahead());
  EXPECT_TRUE(parse_rules("multi_input,one_time_change").value().looks_ahead());
  EXPECT_FALSE(parse_rules("multi_input,legacy").value().looks_ahead());
}

TEST(Rules, offer_the_nearest_name_for_an_unknown_one) {
  const auto wrong = parse_rules("multi_input,one_time_chanje");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::usage);
  EXPECT_THAT(wrong.error().message, HasSubstr("one_time_chanje"));
  EXPECT_THAT(wrong.error().message, HasSubstr("nearest is one_time_change"));
}

TEST(Rules, refuse_an_empty_list_and_a_name_of_any_length) {
  EXPECT_FALSE(parse_rules(""));
  EXPECT_FALSE(parse_rules(",,"));
  const auto wrong = parse_rules(std::string(100000, 'x'));
  ASSERT_FALSE(wrong);
  EXPECT_LT(wrong.error().message.size(), 200u);
}

TEST(Rules, ThatAddNothingAreTold) {
  EXPECT_TRUE(idle_rules(kDefaultRules).empty());
  EXPECT_TRUE(idle_rules({Rule::direct_change, Rule::address_reuse, Rule::legacy}).empty());
  const auto alone = idle_rules({Rule::multi_input_change});
  ASSERT_EQ(alone.size(), 1u);
  EXPECT_EQ(alone[0].substr(0, 32), "multi_input_change joins nothing");
  const auto beside = idle_rules({Rule::multi_input, Rule::direct_change, Rule::multi_input_change,
                                  Rule::address_reuse, Rule::one_time_change});
  ASSERT_EQ(beside.size(), 3u);
  EXPECT_EQ(beside[0].substr(0, 30), "multi_input_change adds nothin");
  EXPECT_EQ(beside[1].substr(0, 13), "direct_change");
  EXPECT_EQ(beside[2].substr(0, 13), "address_reuse");
}

}  // namespace
}  // namespace clew::graph
