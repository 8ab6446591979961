// The published lists, held against the facts that are known of them.
#include <gmock/gmock.h>

#include <map>

#include "labels/export.h"
#include "labels/folder_test_support.h"
#include "labels/label_file.h"
#include "labels/store.h"
#include "labels/tagpack.h"
#include "tests/data.h"

namespace clew::labels {
namespace {

std::vector<PackContent> read_all(const std::string& name) {
  std::vector<PackContent> out;
  Skips skipped;
  const auto path = clew::test::data_dir() + "/labels/" + name;
  const auto result = read_label_file(path, clew::test::read_file(path), {}, skipped,
                                      [&](PackContent content) -> Result<void> {
                                        out.push_back(std::move(content));
                                        return {};
                                      });
  EXPECT_TRUE(result) << result.error().message;
  EXPECT_EQ(skipped.count, 0u);
  return out;
}

TEST(RealLabels, EveryTagPackIsReadInFull) {
  CLEW_NEED_DATA();
  const auto packs = read_all("graphsense_tagpacks.tar.gz");
  EXPECT_EQ(packs.size(), 69u);  // 68 TagPacks and one ActorPack
  std::size_t labels = 0, actors = 0;
  std::map<std::string, std::size_t> by_file;
  for (const auto& content : packs) {
    EXPECT_EQ(content.skipped.count, 0u) << content.pack.origin;
    EXPECT_FALSE(content.pack.title.empty()) << content.pack.origin;
    by_file[content.pack.origin] = content.labels.size();
    labels += content.labels.size();
    actors += content.actors.size();
  }
  EXPECT_EQ(labels, 215'708u);
  EXPECT_EQ(actors, 3'813u);
  EXPECT_EQ(by_file["sextortion_talos.yaml"], 58'600u);
  EXPECT_EQ(by_file["exchange-wallets-bitmex_0.yaml"], 50'000u);
  EXPECT_EQ(by_file["miners.yaml"], 37'439u);
  EXPECT_EQ(by_file["samourai.yaml"], 36'548u);
  EXPECT_EQ(by_file["ransomware.yaml"], 7'178u);
  EXPECT_EQ(by_file["hacks.yaml"], 608u);
}

TEST(RealLabels, EveryFieldOfEveryTagHasItsValue) {
  CLEW_NEED_DATA();
  std::map<std::string, std::size_t> have;
  for (const auto& content : read_all("graphsense_tagpacks.tar.gz")) {
    for (const auto& label : content.labels) {
      have["label"] += !label.label.empty();
      have["currency"] += !label.currency.empty();
      have["source"] += label.sources.size() == 1;
      have["concepts"] += label.concepts == std::vector<std::string>{"exchange"};
      have["context"] += label.extra.find("\"context\":") != std::string::npos;
      have["extra"] += !label.extra.empty();
      have["sextortion"] += label.abuses == std::vector<std::string>{"sextortion"};
      have["exchange"] += label.categories == std::vector<std::string>{"exchange"};
    }
  }
  EXPECT_EQ(have["label"], 215'708u);
  EXPECT_EQ(have["currency"], 215'708u);
  EXPECT_EQ(have["source"], 215'708u);
  EXPECT_EQ(have["concepts"], 646u);
  EXPECT_EQ(have["context"], 775u);
  EXPECT_EQ(have["extra"], 775u);
  EXPECT_EQ(have["sextortion"], 58'600u);
  EXPECT_EQ(have["exchange"], 51'754u);
}

TEST(RealLabels, WritingAndReadingAPackLosesNothing) {
  CLEW_NEED_DATA();
  for (const auto& content : read_all("graphsense_tagpacks.tar.gz")) {
    const auto again = parse_tagpack(write_tagpack(content), content.pack.origin);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->pack, content.pack);
    EXPECT_EQ(again->actors, content.actors);
    ASSERT_EQ(again->labels.size(), content.labels.size());
    for (std::size_t i = 0; i < again->labels.size(); ++i)
      ASSERT_EQ(again->labels[i], content.labels[i]) << content.pack.origin << " tag " << i;
  }
}

TEST(RealLabels, TheSanctionsListIsReadByAsset) {
  CLEW_NEED_DATA();
  const auto packs = read_all("ofac_sanctioned_addresses.json");
  ASSERT_EQ(packs.size(), 1u);
  std::map<std::string, std::size_t> by_currency;
  for (const auto& label : packs[0].labels)
    ++by_currency[label.currency];
  const std::map<std::string, std::size_t> expected = {
      {"ARB", 1},   {"BCH", 7}, {"BSC", 1},   {"BSV", 1},  {"BTC", 435}, {"BTG", 1},
      {"DASH", 3},  {"ETC", 1}, {"ETH", 152}, {"LTC", 10}, {"TRX", 6},   {"USDC", 2},
      {"USDT", 26}, {"XMR", 3}, {"XRP", 1},   {"XVG", 1},  {"ZEC", 3}};
  EXPECT_EQ(by_currency, expected);
}

TEST(RealLabels, TheStoreKeepsAllAndGivesAllBack) {
  CLEW_NEED_DATA();
  test::Folder folder;
  const auto data = clew::test::data_dir() + "/labels/";
  auto store = Store::open(folder / "labels.sqlite");
  ASSERT_TRUE(store);
  const auto first = store->import_file(data + "graphsense_tagpacks.tar.gz");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->added, 215'708u);
  EXPECT_EQ(first->packs_added, 69u);
  const auto list = store->import_file(data + "ofac_sanctioned_addresses.json");
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_EQ(list->added, 654u);
  const auto again = store->import_file(data + "graphsense_tagpacks.tar.gz");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->packs_unchanged, 69u);
  EXPECT_EQ(again->unchanged, 215'708u);

  const auto archive = store->of_subject("1Archive1n2C579dMsAu3iC6tWzuQJz8dN");
  ASSERT_TRUE(archive);
  ASSERT_EQ(archive->size(), 1u);
  EXPECT_EQ(archive->at(0).label.label, "Internet Archive");
  EXPECT_EQ(archive->at(0).label.confidence, "service_data");
  EXPECT_EQ(archive->at(0).pack->title, "GraphSense Demo TagPack");

  ASSERT_TRUE(export_labels(*store, folder / "all.jsonl", ExportFormat::jsonl));
  auto copy = Store::open(folder / "copy.sqlite");
  ASSERT_TRUE(copy && copy->import_file(folder / "all.jsonl"));
  EXPECT_EQ(*copy->version(), *store->version());
}

TEST(RealLabels, TablesOfOtherProjectsAreReadWithAMap) {
  CLEW_NEED_DATA();
  test::Folder folder;
  const auto data = clew::test::data_dir() + "/labels/";
  auto store = Store::open(folder / "labels.sqlite");
  ASSERT_TRUE(store);
  const auto phishing = store->import_file(
      data + "forta_phishing_scams.csv.gz",
      {.map =
           "address=address,label=etherscan_tag,abuse='phishing',currency='ETH',"
           "source='https://github.com/forta-network/labelled-datasets',confidence='web_crawl'"});
  ASSERT_TRUE(phishing) << phishing.error().message;
  EXPECT_EQ(phishing->added, 6'726u);
  EXPECT_EQ(phishing->undecodable, 0u);
  const auto malicious = store->import_file(
      data + "forta_etherscan_malicious_labels.csv.gz",
      {.map = "address=banned_address,label=wallet_tag,source=data_source,currency='ETH'"});
  ASSERT_TRUE(malicious) << malicious.error().message;
  EXPECT_EQ(malicious->read, 7'780u);
}

}  // namespace
}  // namespace clew::labels
