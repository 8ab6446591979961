#include "labels/export.h"

#include <gmock/gmock.h>

#include "labels/folder_test_support.h"

namespace clew::labels {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class LabelExport : public testing::Test {
 protected:
  void SetUp() override {
    auto store = Store::open(folder_ / "a.sqlite");
    ASSERT_TRUE(store);
    store_.emplace(*std::move(store));
    import("p.yaml",
           "title: P\ncreator: C\nowner: o\ncurrency: BTC\ntags:\n"
           "- {address: x, label: '=1+1', category: exchange, lastmod: 2020-01-01}\n"
           "- {tx_hash: y, currency: ETH, score: 1}\n");
    import("../p.yaml", "title: Q\ntags:\n- address: z\n");
    import("actors.yaml", "title: A\nactors:\n- {id: i, label: I, context: {a: [1]}}\n");
  }
  void import(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(folder_ / "in");
    const auto report = store_->import_file(folder_.write("in/" + name, text));
    ASSERT_TRUE(report) << report.error().message;
  }
  std::string version_after(const std::vector<std::string>& files) {
    auto other = Store::open(folder_ / "b.sqlite");
    for (const auto& file : files) {
      const auto report = other->import_file(file);
      EXPECT_TRUE(report) << report.error().message;
    }
    return *other->version();
  }
  test::Folder folder_;
  std::optional<Store> store_;
};

TEST_F(LabelExport, TagPacksGiveTheSameStoreAgain) {
  const auto report = export_labels(*store_, folder_ / "out/", ExportFormat::tagpack);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->packs, 3u);
  EXPECT_EQ(report->labels, 3u);
  EXPECT_EQ(report->actors, 1u);
  EXPECT_THAT(report->files, ElementsAre(folder_ / "out/p.yaml", folder_ / "out/p-2.yaml",
                                         folder_ / "out/actors.yaml"));
  EXPECT_THAT(test::read_text(report->files[0]), HasSubstr("owner: o\n"));
  std::filesystem::rename(report->files[1], folder_ / "p.yaml");
  EXPECT_EQ(version_after({report->files[0], folder_ / "p.yaml", report->files[2]}),
            *store_->version());
}

TEST_F(LabelExport, JsonLinesGiveTheSameStoreAgain) {
  const auto report = export_labels(*store_, folder_ / "all.jsonl", ExportFormat::jsonl);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(version_after({folder_ / "all.jsonl"}), *store_->version());
}

TEST_F(LabelExport, TablesGiveTheSamePacksAgain) {
  ASSERT_TRUE(export_labels(*store_, folder_ / "all.csv", ExportFormat::csv));
  auto other = Store::open(folder_ / "b.sqlite");
  ASSERT_TRUE(other && other->import_file(folder_ / "all.csv"));
  const auto stats = other->stats();
  ASSERT_TRUE(stats);
  EXPECT_EQ(stats->by_pack,
            (std::map<std::string, std::uint64_t>{{"P (all.csv)", 2}, {"Q (all.csv)", 1}}));
}

TEST_F(LabelExport, TablesAreSafeToOpen) {
  const auto text = export_text(*store_, ExportFormat::csv, {.pack = "P"});
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, StartsWith("address,tx_hash,label,currency,"));
  EXPECT_THAT(*text, HasSubstr("\nx,,'=1+1,BTC,,exchange,"));
  EXPECT_THAT(*text, HasSubstr("\n,y,,ETH,"));
}

TEST_F(LabelExport, OneTagPackFileHoldsOnePack) {
  const auto several = export_text(*store_, ExportFormat::tagpack);
  ASSERT_FALSE(several);
  EXPECT_EQ(several.error().kind, ErrorKind::usage);
  const auto one = export_text(*store_, ExportFormat::tagpack, {.pack = "P"});
  ASSERT_TRUE(one);
  EXPECT_THAT(*one, StartsWith("title: P\n"));
}

TEST_F(LabelExport, APackThatIsNotThereIsNotAnEmptyFile) {
  const LabelFilter misspelt{.pack = "p"};
  const auto text = export_text(*store_, ExportFormat::csv, misspelt);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::not_found);
  EXPECT_EQ(text.error().message, "no pack is called 'p'");
  for (const auto& path : {folder_ / "out.csv", folder_ / "out/"}) {
    EXPECT_FALSE(export_labels(*store_, path, ExportFormat::csv, misspelt));
    EXPECT_FALSE(std::filesystem::exists(path));
  }
  EXPECT_TRUE(export_text(*store_, ExportFormat::csv, {.currency = "LTC", .pack = "P"}));
}

TEST_F(LabelExport, NamesNeverLeaveTheFolder) {
  PackContent content;
  content.pack.format = "csv";
  content.pack.origin = "..\\..\x1b/..";
  content.labels.push_back({.subject = "q"});
  ASSERT_TRUE(store_->import_packs({content}));
  const auto report = export_labels(*store_, folder_ / "out", ExportFormat::jsonl);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->files.size(), 1u);  // "out" is no folder: one file
  std::filesystem::remove(folder_ / "out");
  const auto split = export_labels(*store_, folder_ / "out/", ExportFormat::jsonl);
  ASSERT_TRUE(split);
  for (const auto& file : split->files)
    EXPECT_EQ(std::filesystem::path(file).parent_path().string(), folder_ / "out");
}

TEST_F(LabelExport, KnowsItsFormats) {
  EXPECT_EQ(find_export_format("csv"), ExportFormat::csv);
  EXPECT_EQ(find_export_format("yaml"), ExportFormat::tagpack);
  EXPECT_EQ(find_export_format("xlsx"), std::nullopt);
}

}  // namespace
}  // namespace clew::labels
