#include "labels/taxonomy.h"

#include <gtest/gtest.h>

#include "labels/confidence.h"

namespace clew::labels {
namespace {

Label with_category(const std::string& id) {
  Label label;
  label.categories = {id};
  return label;
}

TEST(Taxonomy, TellsServicesFromPeople) {
  EXPECT_EQ(service_kind("exchange"), ServiceKind::exchange);
  EXPECT_EQ(service_kind("mixing_service"), ServiceKind::mixer);
  EXPECT_EQ(service_kind("gambling"), ServiceKind::gambling);
  EXPECT_EQ(service_kind("market"), ServiceKind::market);
  EXPECT_EQ(service_kind("payment_processor"), ServiceKind::payment);
  EXPECT_EQ(service_kind("wallet_service"), ServiceKind::wallet);
  EXPECT_EQ(service_kind("miner"), ServiceKind::mining);
  EXPECT_EQ(service_kind("defi_bridge"), ServiceKind::bridge);
  for (const auto* id : {"user", "organization", "donation", "victim", "coinjoin", "perpetrator",
                         "cold_wallet", "", "no_such_concept"})
    EXPECT_EQ(service_kind(with_category(id)), ServiceKind::none) << id;
}

TEST(Taxonomy, PrefersTheSpecificKind) {
  Label label = with_category("service");
  EXPECT_EQ(service_kind(label), ServiceKind::other);
  label.concepts = {"donation", "exchange", "gambling"};
  EXPECT_EQ(service_kind(label), ServiceKind::exchange);
}

TEST(Taxonomy, AsksTheActorOnlyWhereTheLabelStatesNoAbuse) {
  const Actor bitfinex{.id = "bitfinex", .categories = {"organization", "exchange"}};
  Label label;
  label.actor = "bitfinex";
  EXPECT_EQ(service_kind(label), ServiceKind::none);
  EXPECT_EQ(service_kind(label, &bitfinex), ServiceKind::exchange);
  label.abuses = {"service_hack"};  // the thief's address, not the exchange's
  EXPECT_EQ(service_kind(label, &bitfinex), ServiceKind::none);
}

TEST(Taxonomy, SanctionedPartiesAreNoServices) {
  Label label = with_category("user");
  label.abuses = {"sanction"};
  EXPECT_TRUE(is_sanctioned(label));
  EXPECT_EQ(service_kind(label), ServiceKind::none);
  EXPECT_FALSE(is_sanctioned(with_category("user")));
}

TEST(Taxonomy, NamesEveryKind) {
  for (int i = 0; i <= static_cast<int>(ServiceKind::other); ++i)
    EXPECT_STRNE(name(static_cast<ServiceKind>(i)), "");
  EXPECT_STREQ(name(ServiceKind::mixer), "mixer");
}

TEST(Party, TextsDifferInMoreThanCaseAndBlanks) {
  Label label;
  for (const auto* text : {"Amber Exchange", "amber exchange", "  AMBER\t \nExchange "}) {
    label.label = text;
    EXPECT_EQ(party_text(label), "amber exchange") << text;
  }
  label.label = "AmberExchange";
  EXPECT_EQ(party_text(label), "amberexchange");
  label.label = " \t";
  EXPECT_EQ(party_text(label), "");
}

TEST(Party, IsNotNamedByAListsTextForAll) {
  Label label;
  label.label = kSanctionedText;
  label.abuses = {"sanction"};
  EXPECT_FALSE(names_party(label));
  label.actor = "garantex";
  EXPECT_TRUE(names_party(label));
  label.actor.clear();
  label.label = "GARANTEX EUROPE OU";
  EXPECT_TRUE(names_party(label));
}

TEST(Confidence, HasFourteenLevelsHighestFirst) {
  const auto scale = confidence_scale();
  ASSERT_EQ(scale.size(), 14u);
  for (std::size_t i = 1; i < scale.size(); ++i)
    EXPECT_LE(scale[i].level, scale[i - 1].level);
  EXPECT_EQ(confidence_level("ownership"), 100);
  EXPECT_EQ(confidence_level("authority_data"), 60);
  EXPECT_EQ(confidence_level("web_crawl"), 20);
}

TEST(Confidence, TakesAnUnknownIdForTheLowestLevel) {
  EXPECT_EQ(confidence_level(""), 5);
  EXPECT_EQ(confidence_level("certainly"), 5);
  EXPECT_EQ(find_confidence("certainly"), nullptr);
  EXPECT_EQ(find_confidence("unknown")->level, 5);
}

}  // namespace
}  // namespace clew::labels
