#include "labels/sanctions.h"

#include <gmock/gmock.h>

#include "labels/subject.h"
#include "labels/taxonomy.h"

namespace clew::labels {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string json_error(std::string_view text) {
  const auto content = parse_sanctions_json(text, "l.json");
  return content ? "" : content.error().message;
}
std::string xml_error(std::string_view text) {
  const auto content = parse_sdn_xml(text, "sdn.xml");
  return content ? "" : content.error().message;
}

TEST(SanctionedAsset, MapsOfacsCodes) {
  EXPECT_EQ(sanctioned_asset("XBT", "1A").currency, "BTC");
  EXPECT_EQ(sanctioned_asset("ETH", "0x1").currency, "ETH");
  EXPECT_EQ(sanctioned_asset("XMR", "4").network, "");
  EXPECT_EQ(sanctioned_asset("USDT", "0x175d44451403Edf28469dF03A9280c1197ADb92c").network, "ETH");
  EXPECT_EQ(sanctioned_asset("USDT", "TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLre").network, "TRX");
  EXPECT_EQ(sanctioned_asset("USDT", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa").network, "BTC");
}

TEST(SanctionsJson, ReadsAssetsInTheOrderOfTheFile) {
  const auto content = parse_sanctions_json(
      R"({"XBT": ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", ""], "ARB": [], "ETH": ["0x1"]})",
      "l.json");
  ASSERT_TRUE(content) << content.error().message;
  ASSERT_EQ(content->labels.size(), 2u);
  EXPECT_EQ(content->skipped.count, 1u);
  const auto& label = content->labels[0];
  EXPECT_EQ(label.currency, "BTC");
  EXPECT_EQ(label.confidence, "authority_data");
  EXPECT_TRUE(is_sanctioned(label));
  EXPECT_EQ(subject_key(label).ledger, "bitcoin");
  EXPECT_EQ(content->pack.identity, "sanctions|ofac-json");
}

TEST(SanctionsJson, RefusesOtherShapes) {
  EXPECT_THAT(json_error("{\n\"XBT\": [\n1]}"), HasSubstr("a number where a sanctions list has"));
  EXPECT_THAT(json_error(R"({"XBT": {}})"), HasSubstr("an object where"));
  EXPECT_THAT(json_error(R"({"XBT": [["a"]]})"), HasSubstr("a list where"));
  EXPECT_THAT(json_error(R"({"XBT": "a"})"), HasSubstr("the text 'a' where"));
  EXPECT_THAT(json_error(R"({"XBT": null})"), HasSubstr("after asset 'XBT'"));
  EXPECT_THAT(json_error(R"(["a"])"), HasSubstr("a list where"));
  EXPECT_THAT(json_error(R"({"A": [], "A": []})"), HasSubstr("'A' a second time"));
  EXPECT_THAT(json_error("{\n\"XBT\": [\n}"), HasSubstr("l.json:3: not JSON near byte"));
  EXPECT_THAT(json_error(std::string(1'000'000, '[')), HasSubstr("a list where"));
}

constexpr const char* kSdn = R"(<?xml version="1.0" standalone="yes"?>
<sdnList xmlns="https://example.org/sdn">
  <publshInformation>
    <Publish_Date>11/20/2026</Publish_Date>
    <Record_Count>3</Record_Count>
  </publshInformation>
  <sdnEntry>
    <uid>101</uid>
    <firstName>Ivan</firstName>
    <lastName>EXAMPLE &amp; SONS</lastName>
    <sdnType>Individual</sdnType>
    <remarks>(Linked To: NOBODY)</remarks>
    <programList><program>CYBER2</program><program>DPRK3</program></programList>
    <idList>
      <id><uid>1</uid><idType>Passport</idType><idNumber>123</idNumber></id>
      <id><uid>2</uid><idType>Digital Currency Address - XBT</idType>
          <idNumber> 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa </idNumber></id>
      <id><uid>3</uid><idType>Digital Currency Address - USDT</idType>
          <idNumber>TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLre</idNumber></id>
      <id><uid>4</uid><idType>Digital Currency Address - ETH</idType><idNumber/></id>
    </idList>
    <akaList><aka><uid>9</uid><lastName>OTHER NAME</lastName></aka></akaList>
  </sdnEntry>
  <sdnEntry>
    <uid>102</uid><lastName>PLAIN CO</lastName><sdnType>Entity</sdnType>
    <idList><id>
      <idType>Digital Currency Address - XMR</idType><idNumber>49x</idNumber>
    </id></idList>
  </sdnEntry>
  <sdnEntry><uid>103</uid><lastName>NO COINS</lastName></sdnEntry>
</sdnList>
)";

TEST(SdnXml, ReadsDigitalCurrencyAddresses) {
  const auto content = parse_sdn_xml(kSdn, "in/sdn.xml");
  ASSERT_TRUE(content) << content.error().message;
  ASSERT_EQ(content->labels.size(), 3u);
  const auto& bitcoin = content->labels[0];
  EXPECT_EQ(bitcoin.subject, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa");
  EXPECT_EQ(bitcoin.currency, "BTC");
  EXPECT_EQ(bitcoin.label, "Ivan EXAMPLE & SONS");
  EXPECT_EQ(bitcoin.lastmod, "2026-11-20");
  EXPECT_EQ(bitcoin.confidence, "authority_data");
  EXPECT_THAT(bitcoin.abuses, ElementsAre("sanction"));
  EXPECT_THAT(bitcoin.sources,
              ElementsAre("https://sanctionssearch.ofac.treas.gov/Details.aspx?id=101"));
  const std::string extra =
      "{'sdn_programs':['CYBER2','DPRK3'],'sdn_remarks':'(Linked To: NOBODY)',"
      "'sdn_type':'Individual','sdn_uid':'101'}";
  std::string shown = bitcoin.extra;
  std::replace(shown.begin(), shown.end(), '"', '\'');
  EXPECT_EQ(shown, extra);
  EXPECT_EQ(content->labels[1].currency, "USDT");
  EXPECT_EQ(content->labels[1].network, "TRX");
  EXPECT_EQ(content->labels[2].label, "PLAIN CO");
  EXPECT_EQ(content->labels[2].currency, "XMR");
  EXPECT_EQ(content->skipped.count, 1u);
  EXPECT_THAT(content->skipped.reasons.at(0), HasSubstr("sdn.xml:20:"));
  EXPECT_EQ(content->pack.origin, "sdn.xml");
}

TEST(SdnXml, RefusesDocumentTypesAndEntities) {
  EXPECT_THAT(xml_error("<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><sdnList/>"),
              HasSubstr("sdn.xml:1:"));
  EXPECT_THAT(xml_error("<!DOCTYPE sdnList SYSTEM \"file:///etc/passwd\"><sdnList/>"),
              HasSubstr("a document type declaration is not allowed"));
  EXPECT_THAT(xml_error("<sdnList>&b;</sdnList>"), HasSubstr("undefined entity"));
}

TEST(SdnXml, BoundsDepthAndText) {
  std::string deep = "<sdnList>";
  for (int i = 0; i < 100; ++i)
    deep += "<a>";
  EXPECT_THAT(xml_error(deep), HasSubstr("nested too deeply"));
  EXPECT_THAT(xml_error("<sdnList><a>" + std::string(3u << 20, 'x') + "</a></sdnList>"),
              HasSubstr("too much text"));
}

TEST(SdnXml, NamesWhereItIsBroken) {
  EXPECT_THAT(xml_error("<sdnList>\n<a></b>"), HasSubstr("sdn.xml:2:"));
  EXPECT_THAT(xml_error("<html/>"), HasSubstr("the root element is 'html', not 'sdnList'"));
  EXPECT_NE(xml_error(""), "");
  EXPECT_NE(xml_error("<sdnList>"), "");
}

}  // namespace
}  // namespace clew::labels
