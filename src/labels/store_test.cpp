#include "labels/store.h"

#include <gmock/gmock.h>

#include "labels/folder_test_support.h"

namespace clew::labels {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

constexpr const char* kAddress = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
constexpr const char* kSegwit = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
const std::string kPack = std::string(
                              "title: T\ncreator: C\ncurrency: BTC\nlabel: Shop\n"
                              "category: exchange\ntags:\n- address: ") +
                          kAddress + "\n- address: " + kSegwit + "\n";

class LabelStore : public testing::Test {
 protected:
  Store open(Store::Mode mode = Store::Mode::write) {
    auto store = Store::open(folder_ / "labels.sqlite", mode);
    EXPECT_TRUE(store) << store.error().message;
    return *std::move(store);
  }
  ImportReport import(Store& store, const std::string& name, const std::string& text) {
    auto report = store.import_file(folder_.write(name, text));
    EXPECT_TRUE(report) << report.error().message;
    return report ? *std::move(report) : ImportReport{};
  }
  static std::vector<std::string> texts(const std::vector<StoredLabel>& labels) {
    std::vector<std::string> out;
    for (const auto& stored : labels)
      out.push_back(stored.label.label);
    return out;
  }
  test::Folder folder_;
};

TEST_F(LabelStore, FindsLabelsByAddressInAnySpelling) {
  auto store = open();
  const auto report = import(store, "p.yaml", kPack);
  EXPECT_EQ(report.read, 2u);
  EXPECT_EQ(report.added, 2u);
  EXPECT_EQ(report.packs_added, 1u);
  const auto by_text = store.of_address("BTC", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4");
  ASSERT_TRUE(by_text);
  ASSERT_EQ(by_text->size(), 1u);
  const auto& found = by_text->at(0);
  EXPECT_EQ(found.label.subject, kSegwit);
  EXPECT_EQ(found.label.label, "Shop");
  EXPECT_EQ(found.pack->title, "T");
  EXPECT_EQ(found.service, ServiceKind::exchange);
  const auto& main = *bitcoin::find_chain("main");
  EXPECT_EQ(store.of_address(main, *bitcoin::decode_address(kAddress, main))->size(), 1u);
  EXPECT_EQ(store.of_subject(kSegwit)->size(), 1u);
  EXPECT_TRUE(store.of_address("LTC", kSegwit)->empty());
  EXPECT_TRUE(store.of_subject("nothing")->empty());
}

TEST_F(LabelStore, FindsAnAddressOfTronInEveryForm) {
  auto store = open();
  const std::string digits = "a614f803b6fd780986a42c78ec9c7f77e6ded13c";
  import(store, "p.csv",
         "address,label,currency\nTR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t,base58,TRX\n41" + digits +
             ",hex,TRX\n0x" + digits + ",evm,TRX\n");
  const auto all = UnorderedElementsAre("base58", "hex", "evm");
  EXPECT_THAT(texts(*store.of_subject("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t")), all);
  EXPECT_THAT(texts(*store.of_subject("41" + digits)), all);
  EXPECT_THAT(texts(*store.of_subject("0x41" + digits)), all);
  EXPECT_THAT(texts(*store.of_subject("0x" + digits)), ElementsAre("evm"));
}

TEST_F(LabelStore, DoesNotMixNetworks) {
  auto store = open();
  import(store, "p.yaml",
         "title: T\ntags:\n- {address: tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx, currency: BTC, "
         "label: test}\n");
  EXPECT_TRUE(store.of_subject(kSegwit)->empty());
  EXPECT_TRUE(store.of_address("BTC", kSegwit)->empty());
  EXPECT_EQ(store.of_subject("tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx")->size(), 1u);
  std::size_t seen = 0;
  const auto count = [&](const bitcoin::Address&, const StoredLabel&) { return ++seen > 0; };
  ASSERT_TRUE(store.for_each(*bitcoin::find_chain("main"), count));
  EXPECT_EQ(seen, 0u);
  ASSERT_TRUE(store.for_each(*bitcoin::find_chain("regtest"), count));
  EXPECT_EQ(seen, 1u);
}

TEST_F(LabelStore, FindsTransactions) {
  auto store = open();
  const std::string hash(64, 'a');
  import(store, "p.yaml",
         "title: T\ntags:\n- {tx_hash: " + hash + ", currency: BTC, label: hack}\n");
  EXPECT_THAT(texts(*store.of_subject("0x" + std::string(64, 'A'))), ElementsAre("hack"));
  EXPECT_TRUE(store.of_address("BTC", hash)->empty());
}

TEST_F(LabelStore, ImportingAgainChangesNothing) {
  auto store = open();
  import(store, "p.yaml", kPack);
  const auto version = *store.version();
  const auto again = import(store, "p.yaml", "# a comment\n" + kPack);
  EXPECT_EQ(again.packs_unchanged, 1u);
  EXPECT_EQ(again.unchanged, 2u);
  EXPECT_EQ(again.added, 0u);
  EXPECT_EQ(*store.version(), version);
  const auto renamed = import(store, "renamed.yaml", kPack);
  EXPECT_EQ(renamed.packs_unchanged, 1u);
  EXPECT_THAT(renamed.notes, ElementsAre(HasSubstr("the same pack is there already, from p.yaml")));
  EXPECT_EQ(store.stats()->labels, 2u);
}

TEST_F(LabelStore, CountsWhatIsNotValidEveryTime) {
  auto store = open();
  const auto text = kPack + "- address: nonsense\n- {address: 44AFFq5k, currency: XMR}\n";
  EXPECT_EQ(import(store, "p.yaml", text).undecodable, 1u);
  EXPECT_EQ(import(store, "p.yaml", text).undecodable, 1u);
  EXPECT_EQ(import(store, "renamed.yaml", text).undecodable, 1u);
}

TEST_F(LabelStore, ANewerVersionReplacesTheOlder) {
  auto store = open();
  import(store, "p.yaml", kPack);
  const auto version = *store.version();
  const auto report = import(store, "p.yaml",
                             std::string("title: T\ncreator: C\ncurrency: BTC\nlabel: Shop\n"
                                         "category: exchange\ntags:\n- address: ") +
                                 kSegwit + "\n- address: 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2\n" +
                                 "- address: 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2\n");
  EXPECT_EQ(report.packs_replaced, 1u);
  EXPECT_EQ(report.read, 3u);
  EXPECT_EQ(report.unchanged, 1u);
  EXPECT_EQ(report.added, 2u);
  EXPECT_EQ(report.removed, 1u);
  EXPECT_TRUE(store.of_subject(kAddress)->empty());
  EXPECT_NE(*store.version(), version);
}

TEST_F(LabelStore, KeepsPacksOfOneTitleApart) {
  auto store = open();
  import(store, "a.yaml", kPack);
  const auto second = import(store, "b.yaml", "title: T\ncreator: C\ntags:\n- address: x\n");
  EXPECT_EQ(second.packs_added, 1u);
  EXPECT_THAT(second.notes, ElementsAre(HasSubstr("another pack with the title 'T'")));
  EXPECT_EQ(store.stats()->labels, 3u);
  const auto ambiguous = store.remove_pack("T");
  ASSERT_FALSE(ambiguous);
  EXPECT_EQ(ambiguous.error().kind, ErrorKind::usage);
  EXPECT_EQ(*store.remove_pack("tagpack|C|T|a.yaml"), 2u);
  EXPECT_EQ(*store.remove_pack("T"), 1u);
  EXPECT_EQ(store.remove_pack("T").error().kind, ErrorKind::not_found);
  EXPECT_EQ(*store.version(), "empty");
}

TEST_F(LabelStore, ABrokenFileLeavesTheStoreAsItWas) {
  auto store = open();
  import(store, "p.yaml", kPack);
  const auto version = *store.version();
  const auto broken = store.import_file(folder_.write("q.yaml", kPack + "- address: [x]\n"));
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, ErrorKind::data);
  EXPECT_THAT(broken.error().message, HasSubstr("q.yaml:9:12: key 'address' must be text"));
  EXPECT_FALSE(store.import_file(folder_ / "absent.yaml"));
  EXPECT_EQ(*store.version(), version);
  EXPECT_TRUE(store.add({.subject = "x", .label = "y"}));  // no transaction is left open
}

TEST_F(LabelStore, VersionFollowsFromContentAlone) {
  auto a = open();
  auto other = Store::open(folder_ / "other.sqlite");
  ASSERT_TRUE(other);
  const auto p = folder_.write("p.yaml", kPack);
  const auto q = folder_.write("q.yaml", "title: Q\ntags:\n- address: x\n");
  ASSERT_TRUE(a.import_file(p) && a.import_file(q));
  ASSERT_TRUE(other->import_file(q) && other->import_file(p));
  EXPECT_EQ(*a.version(), *other->version());
  const auto before = *a.version();
  EXPECT_TRUE(*a.add({.subject = kAddress, .currency = "BTC", .label = "mine"}));
  EXPECT_NE(*a.version(), before);
  EXPECT_EQ(*a.remove(kAddress), 1u);
  EXPECT_EQ(*a.version(), before);
}

TEST_F(LabelStore, KeepsPrivateLabels) {
  auto store = open();
  import(store, "p.yaml", kPack);
  const Label mine{
      .subject = kSegwit, .currency = "BTC", .label = "suspect", .confidence = "ownership"};
  EXPECT_TRUE(*store.add(mine));
  EXPECT_FALSE(*store.add(mine));
  EXPECT_TRUE(*store.add({.subject = kSegwit, .currency = "BTC", .label = "other"}));
  const auto found = *store.of_subject(kSegwit);
  EXPECT_THAT(texts(found), ElementsAre("suspect", "other", "Shop"));
  EXPECT_EQ(found[0].pack->is_public, false);
  EXPECT_EQ(*store.remove("bitcoin:" + std::string(kSegwit), "suspect"), 1u);
  EXPECT_EQ(*store.remove(kSegwit, "", "LTC"), 0u);
  EXPECT_EQ(*store.remove(kSegwit), 1u);
  EXPECT_THAT(texts(*store.of_subject(kSegwit)), ElementsAre("Shop"));  // imported ones stay
  EXPECT_EQ(store.add({.label = "x"}).error().kind, ErrorKind::usage);
  EXPECT_EQ(store.add({.subject = "x"}).error().kind, ErrorKind::usage);
  EXPECT_EQ(store.add({.subject = "x", .label = "\xff"}).error().kind, ErrorKind::usage);
}

TEST_F(LabelStore, RanksTheBestLabelFirst) {
  const auto pack = std::make_shared<const Pack>();
  const auto stored = [&](const char* text, const char* confidence, bool definer,
                          const char* date) {
    StoredLabel out{0, {.label = text, .confidence = confidence, .lastmod = date}, pack};
    out.label.is_cluster_definer = definer;
    return out;
  };
  std::vector<StoredLabel> labels = {stored("crawl", "web_crawl", true, "2024-01-01"),
                                     stored("old", "forensic", false, "2019-01-01"),
                                     stored("when", "forensic", false, "yesterday"),
                                     stored("never", "forensic", false, "2024-99-99"),
                                     stored("new", "forensic", false, "2023-01-01"),
                                     stored("definer", "forensic", true, "2001-01-01"),
                                     stored("sure", "ownership", false, "")};
  rank(labels);
  EXPECT_THAT(texts(labels),
              ElementsAre("sure", "definer", "new", "old", "never", "when", "crawl"));
}

TEST_F(LabelStore, WalksAddressesInCanonicalOrder) {
  auto store = open();
  import(store, "p.yaml",
         kPack +
             "- {address: 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2}\n- {address: nonsense}\n"
             "- {address: " +
             std::string(kAddress) +
             ", label: better, confidence: ownership}\n"
             "- {address: '0xFA8E3920daF271daB92Be9B87d9998DDd94FEF08', currency: ETH}\n");
  std::vector<bitcoin::Address> addresses;
  std::vector<std::string> names;
  const auto visit = [&](const bitcoin::Address& address, const StoredLabel& stored) {
    addresses.push_back(address);
    names.push_back(stored.label.label);
    return addresses.size() < 100;
  };
  ASSERT_TRUE(store.for_each(*bitcoin::find_chain("main"), visit));
  EXPECT_TRUE(std::is_sorted(addresses.begin(), addresses.end()));
  EXPECT_THAT(names, ElementsAre("better", "Shop", "Shop", "Shop"));
  std::size_t calls = 0;
  ASSERT_TRUE(store.for_each(*bitcoin::find_chain("main"), [&](const auto&, const auto&) {
    ++calls;
    return false;
  }));
  EXPECT_EQ(calls, 1u);
}

TEST_F(LabelStore, CountsByEveryAspect) {
  auto store = open();
  import(store, "p.yaml", kPack + "- {address: " + kSegwit + ", confidence: forensic, label: b}\n");
  import(store, "actors.yaml", "title: A\nactors:\n- {id: x, label: X}\n");
  import(store, "table.csv", "address,label\nx,a\n");
  const auto stats = *store.stats();
  EXPECT_EQ(stats.labels, 4u);
  EXPECT_EQ(stats.subjects, 3u);
  EXPECT_EQ(stats.packs, 3u);
  EXPECT_EQ(stats.actors, 1u);
  EXPECT_EQ(stats.by_pack.at("T (p.yaml)"), 3u);
  EXPECT_EQ(stats.by_pack.at("table.csv"), 1u);
  EXPECT_EQ(stats.by_category.at("exchange"), 3u);
  EXPECT_EQ(stats.by_currency.at("BTC"), 3u);
  EXPECT_EQ(stats.by_ledger.at("bitcoin"), 3u);
  EXPECT_EQ(stats.by_confidence.at("forensic"), 1u);
  EXPECT_EQ(stats.by_confidence.at(""), 3u);
}

TEST_F(LabelStore, TakesTheKindOfServiceFromTheActor) {
  auto store = open();
  import(store, "p.yaml", "title: T\ntags:\n- {address: x, currency: BTC, actor: pool}\n");
  EXPECT_EQ(store.of_subject("x")->at(0).service, ServiceKind::none);
  import(store, "actors.yaml", "title: A\nactors:\n- {id: pool, label: X, categories: [miner]}\n");
  EXPECT_EQ(store.of_subject("x")->at(0).service, ServiceKind::mining);
  EXPECT_EQ((*store.actor("pool"))->label, "X");
  EXPECT_FALSE(*store.actor("nobody"));
}

TEST_F(LabelStore, ReadModeCreatesNothing) {
  auto store = open(Store::Mode::read);
  EXPECT_EQ(*store.version(), "empty");
  EXPECT_TRUE(store.of_subject(kAddress)->empty());
  EXPECT_EQ(store.add({.subject = "x", .label = "y"}).error().kind, ErrorKind::usage);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "labels.sqlite"));
}

TEST_F(LabelStore, ReadersSeeOneStateWhileAnotherWrites) {
  auto writer = open();
  import(writer, "p.yaml", kPack);
  auto reader = open(Store::Mode::read);
  std::size_t seen = 0;
  ASSERT_TRUE(reader.for_each(LabelFilter{}, [&](const StoredLabel&) -> Result<void> {
    if (++seen == 1) {
      CLEW_CHECK(writer.remove_pack("T"));
    }
    return {};
  }));
  EXPECT_EQ(seen, 2u);
  EXPECT_EQ(*reader.version(), "empty");
}

TEST_F(LabelStore, FiltersByPackCurrencyAndOwnership) {
  auto store = open();
  import(store, "p.yaml", kPack);
  ASSERT_TRUE(store.add({.subject = "0x1", .currency = "ETH", .label = "mine"}));
  const auto count = [&](const LabelFilter& filter) {
    std::size_t seen = 0;
    EXPECT_TRUE(store.for_each(filter, [&](const StoredLabel&) -> Result<void> {
      ++seen;
      return {};
    }));
    return seen;
  };
  EXPECT_EQ(count({}), 3u);
  EXPECT_EQ(count({.currency = "btc"}), 2u);
  EXPECT_EQ(count({.pack = "T"}), 2u);
  EXPECT_EQ(count({.only_private = true}), 1u);
  EXPECT_EQ(count({.only_private = false}), 2u);
}

}  // namespace
}  // namespace clew::labels
