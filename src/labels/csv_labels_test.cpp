#include "labels/csv_labels.h"

#include <gmock/gmock.h>

namespace clew::labels {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<std::vector<PackContent>> read_all(std::string_view text, std::string_view spec = {}) {
  CLEW_TRY(map, parse_column_map(spec));
  return parse_csv_labels(text, "dir/t.csv", map);
}
// Of a table that is one pack.
Result<PackContent> read(std::string_view text, std::string_view spec = {}) {
  CLEW_TRY(packs, read_all(text, spec));
  EXPECT_EQ(packs.size(), 1u);
  return packs.at(0);
}
std::string error_of(std::string_view text, std::string_view spec = {}) {
  const auto content = read(text, spec);
  return content ? "" : content.error().message;
}

TEST(ColumnMap, ReadsColumnsAndConstants) {
  const auto map = parse_column_map("address=Addr, label=\"Name, full\",confidence='web_crawl'");
  ASSERT_TRUE(map) << map.error().message;
  ASSERT_EQ(map->entries.size(), 3u);
  EXPECT_EQ(map->entries[0].source, "Addr");
  EXPECT_EQ(map->entries[1].field, "label");
  EXPECT_EQ(map->entries[1].source, "Name, full");
  EXPECT_FALSE(map->entries[1].constant);
  EXPECT_TRUE(map->entries[2].constant);
  EXPECT_EQ(map->entries[2].source, "web_crawl");
}

TEST(ColumnMap, ExplainsWhatIsWrong) {
  const auto wrong = [](std::string_view spec) {
    const auto map = parse_column_map(spec);
    EXPECT_FALSE(map) << spec;
    EXPECT_TRUE(map || map.error().kind == ErrorKind::usage);
    return map ? "" : map.error().message;
  };
  EXPECT_THAT(wrong("adress=A"), HasSubstr("no field is called 'adress' (fields: address, "));
  EXPECT_THAT(wrong("label=Name"), HasSubstr("'address' is missing"));
  EXPECT_THAT(wrong("address=A,category=B"), HasSubstr("'label' is missing"));
  EXPECT_THAT(wrong("address=A,address=B"), HasSubstr("character 11: 'address' a second time"));
  EXPECT_THAT(wrong("address"), HasSubstr("field=column expected"));
  EXPECT_THAT(wrong("address="), HasSubstr("a column expected"));
  EXPECT_THAT(wrong("address=A,"), HasSubstr("field=column expected"));
  EXPECT_THAT(wrong("address=A,label='x"), HasSubstr("the quote does not close"));
  EXPECT_THAT(wrong("address=A,label='x'y"), HasSubstr("a comma expected"));
}

TEST(CsvLabels, TakesMappedColumnsOnly) {
  const auto content = read(
      "Addr,Name,Type,URL,Noise\n1A,Shop,exchange|defi,https://x,n\n",
      "address=Addr,label=Name,category=Type,source=URL,currency='BTC',is_cluster_definer='yes'");
  ASSERT_TRUE(content) << content.error().message;
  ASSERT_EQ(content->labels.size(), 1u);
  const auto& label = content->labels[0];
  EXPECT_EQ(label.subject, "1A");
  EXPECT_EQ(label.label, "Shop");
  EXPECT_EQ(label.currency, "BTC");
  EXPECT_EQ(label.is_cluster_definer, true);
  EXPECT_THAT(label.categories, ElementsAre("exchange", "defi"));
  EXPECT_EQ(label.extra, "");
  EXPECT_EQ(content->pack.format, "csv");
  EXPECT_EQ(content->pack.origin, "t.csv");
}

TEST(CsvLabels, ReadsTheHeaderWhereNoMapIsGiven) {
  const auto content = read("Address,LABEL,score\r\n1A,'=x,7\r\n1B,'s,\r\n");
  ASSERT_TRUE(content) << content.error().message;
  EXPECT_EQ(content->labels.at(0).label, "=x");
  EXPECT_EQ(content->labels.at(0).extra, R"({"score":"7"})");
  EXPECT_EQ(content->labels.at(1).label, "'s");
  EXPECT_EQ(content->labels.at(1).extra, "");
}

TEST(CsvLabels, SkipsRowsWithTheirReason) {
  const auto content = read("address,label\n,x\n1A\n1B,y\n");
  ASSERT_TRUE(content);
  EXPECT_EQ(content->labels.size(), 1u);
  EXPECT_THAT(content->skipped.reasons,
              ElementsAre("dir/t.csv:2: no address", "dir/t.csv:3: 1 cell, the header has 2"));
}

TEST(CsvLabels, NamesFileAndLineOfAnError) {
  EXPECT_THAT(error_of("wallet,name\n1A,x\n"),
              HasSubstr("no column is called 'address'; say which one holds it, for example "
                        "--map \"address=wallet"));
  EXPECT_THAT(error_of("a,b\n", "address=c,label=a"),
              HasSubstr("no column is called 'c' (columns: a, b)"));
  EXPECT_THAT(error_of("address,label\n1A,\xff\n"),
              HasSubstr("t.csv:2: column 'label' is not UTF-8"));
  EXPECT_THAT(error_of("address,label,is_cluster_definer\n1A,x,perhaps\n"),
              HasSubstr("t.csv:2: column 'is_cluster_definer' must be true or false"));
  EXPECT_THAT(error_of("address,label,extra\n1A,x,[1]\n"), HasSubstr("must be a JSON object"));
  EXPECT_THAT(error_of(""), HasSubstr("an empty table"));
}

TEST(CsvLabels, WantsToKnowWhatTheAddressesAre) {
  const auto content = read("address,etherscan_tag\n1A,x\n");
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().kind, ErrorKind::usage);
  EXPECT_THAT(content.error().message,
              HasSubstr("t.csv: no column is called 'label'; say which one holds it, or what all "
                        "are, for example --map \"address=address,label="));
}

TEST(CsvLabels, RefusesAColumnThatIsThereTwice) {
  EXPECT_THAT(error_of("address,label,Label\n1A,x,y\n"),
              HasSubstr("t.csv: column 'Label' is there a second time"));
  EXPECT_THAT(error_of("address,label,note,note\n1A,x,y,z\n"), HasSubstr("column 'note' is"));
  EXPECT_THAT(error_of("a,b,b\n1A,x,y\n", "address=a,label=b"), HasSubstr("column 'b' is"));
  EXPECT_EQ(error_of("address,label,note,Note\n1A,x,y,z\n"), "");  // no fields: two texts to keep
  EXPECT_EQ(error_of("a,b,c,c\n1A,x,y,z\n", "address=a,label=b"), "");
  EXPECT_EQ(error_of("address,label,,\n1A,x,,\n"), "");
}

TEST(CsvLabels, ReadsItsOwnExport) {
  Label hostile;
  hostile.subject = "1A";
  hostile.label = "=HYPERLINK(\"x\"),\n'";
  hostile.currency = "BTC";
  hostile.categories = {"a|b", "c\\", "\\|"};
  hostile.sources = {"https://x?a=1,2"};
  hostile.is_cluster_definer = false;
  hostile.lastmod = " 2020 ";
  hostile.extra = R"({"n":[1,2]})";
  Label tx;
  tx.subject_kind = SubjectKind::transaction;
  tx.subject = "ab";
  tx.actor = "'";
  const Pack pack{.title = "-t", .creator = "c", .is_public = true};
  const auto text = csv_label_header() + csv_label_row(hostile, pack) + csv_label_row(tx, pack);
  EXPECT_THAT(text, HasSubstr("\"'=HYPERLINK(\"\"x\"\"),\n'\""));
  const auto content = read(text);
  ASSERT_TRUE(content) << content.error().message;
  EXPECT_THAT(content->labels, ElementsAre(hostile, tx)) << text;
  EXPECT_EQ(content->pack.title, "-t");
  EXPECT_EQ(content->pack.creator, "c");
  EXPECT_EQ(content->pack.is_public, true);
}

TEST(CsvLabels, ReadsSeveralPacksOfItsOwnExport) {
  const Label a{.subject = "1A", .label = "a"}, b{.subject = "1B", .label = "b"};
  const Pack first{.title = "P", .creator = "one"}, second{.title = "P", .creator = "two"};
  const auto packs =
      read_all(csv_label_header() + csv_label_row(a, first) + csv_label_row(b, second) +
               csv_label_row(b, first) + "\n" + csv_label_row(a, {}));
  ASSERT_TRUE(packs) << packs.error().message;
  ASSERT_EQ(packs->size(), 3u);
  EXPECT_EQ(packs->at(0).pack.creator, "one");
  EXPECT_THAT(packs->at(0).labels, ElementsAre(a, b));
  EXPECT_EQ(packs->at(1).pack.creator, "two");
  EXPECT_THAT(packs->at(1).labels, ElementsAre(b));
  EXPECT_EQ(packs->at(2).pack.title, "");
  EXPECT_EQ(packs->at(2).pack.origin, "t.csv");
  EXPECT_NE(packs->at(0).pack.identity, packs->at(1).pack.identity);
  EXPECT_THAT(error_of("address,label,is_public\n1A,x,perhaps\n"),
              HasSubstr("column 'is_public' must be true or false"));
}

}  // namespace
}  // namespace clew::labels
