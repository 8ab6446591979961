#include "labels/label_file.h"

#include <gmock/gmock.h>
#include <zlib.h>

#include "labels/archive.h"

namespace clew::labels {
namespace {

using testing::HasSubstr;

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string tar_member(const std::string& name, const std::string& content, char type = '0') {
  std::string header(512, '\0');
  name.copy(header.data(), 100);
  std::snprintf(header.data() + 124, 12, "%011zo", content.size());
  header[156] = type;
  std::string("ustar").copy(header.data() + 257, 5);
  std::fill_n(header.begin() + 148, 8, ' ');
  unsigned sum = 0;
  for (const char c : header)
    sum += static_cast<unsigned char>(c);
  std::snprintf(header.data() + 148, 8, "%06o", sum);
  auto body = content;
  body.resize((content.size() + 511) / 512 * 512, '\0');
  return header + body;
}

struct Read {
  std::vector<PackContent> packs;
  Skips skipped;
  std::string error;
};
Read read(const std::string& name, const std::string& bytes, const ImportOptions& options = {}) {
  Read out;
  const auto view = as_bytes(bytes);
  const auto result = read_label_file(name, Bytes(view.begin(), view.end()), options, out.skipped,
                                      [&](PackContent content) -> Result<void> {
                                        out.packs.push_back(std::move(content));
                                        return {};
                                      });
  if (!result) out.error = result.error().message;
  return out;
}

constexpr const char* kPack = "title: T\ncreator: C\ntags:\n- address: a\n";

TEST(DetectFormat, GoesByContent) {
  EXPECT_EQ(detect_format(kPack), LabelFormat::yaml);
  EXPECT_EQ(detect_format("# comment, with comma\ntitle: x"), LabelFormat::yaml);
  EXPECT_EQ(detect_format("title: a, b\ntags: []"), LabelFormat::yaml);
  EXPECT_EQ(detect_format("---\n"), LabelFormat::yaml);
  EXPECT_EQ(detect_format("\xef\xbb\xbf address,label\n"), LabelFormat::csv);
  EXPECT_EQ(detect_format("a\tb\n"), LabelFormat::csv);
  EXPECT_EQ(detect_format("{\n \"XBT\": []}"), LabelFormat::json);
  EXPECT_EQ(detect_format("{\"XBT\": []}"), LabelFormat::json);
  EXPECT_EQ(detect_format("{\"record\":\"label\"}\n{}"), LabelFormat::jsonl);
  EXPECT_EQ(detect_format("<?xml version=\"1.0\"?>"), LabelFormat::xml);
  EXPECT_EQ(detect_format("just words"), LabelFormat::unknown);
  EXPECT_EQ(detect_format(""), LabelFormat::unknown);
  EXPECT_EQ(detect_format(std::string_view("a,b\0c", 5)), LabelFormat::unknown);
}

TEST(LabelFile, ReadsCompressedFilesAsTheyAre) {
  const auto plain = read("x/p.yaml", kPack), packed = read("x/p.yaml.gz", gzip(kPack));
  ASSERT_EQ(packed.error, "");
  ASSERT_EQ(packed.packs.size(), 1u);
  EXPECT_EQ(packed.packs[0].pack, plain.packs.at(0).pack);
  const auto twice = read("p.yaml.gz", gzip("title: T\n") + gzip("tags:\n- address: a\n"));
  EXPECT_EQ(twice.packs.at(0).labels.size(), 1u) << twice.error;
}

TEST(LabelFile, RefusesDamagedAndExplodingFiles) {
  auto cut = gzip(kPack);
  cut.resize(cut.size() - 9);
  EXPECT_THAT(read("p.gz", cut).error, HasSubstr("p.gz: gzip data ends too early"));
  auto flipped = gzip(std::string(5000, 'x') + kPack);
  flipped[flipped.size() - 6] ^= 1;  // the checksum
  EXPECT_THAT(read("p.gz", flipped).error, HasSubstr("damaged gzip data"));
  const auto bomb = gzip(std::string(10u << 20, 'x'));
  EXPECT_THAT(read("p.gz", bomb, {.unpacked_bytes_max = 1u << 20}).error,
              HasSubstr("unpacks to more than 1048576 bytes"));
}

TEST(LabelFile, ReadsArchives) {
  const auto archive =
      tar_member("packs/", "", '5') + tar_member("packs/a.yaml", kPack) +
      tar_member("README", "words\n") +
      tar_member("././@LongLink", "packs/" + std::string(120, 'n') + ".yaml", 'L') +
      tar_member("packs/n", kPack) + tar_member("x", "15 path=q.yaml\n", 'x') +
      tar_member("packs/q", kPack) + std::string(1024, '\0');
  for (const auto& bytes : {archive, gzip(archive)}) {
    const auto out = read("all.tar", bytes);
    ASSERT_EQ(out.error, "");
    ASSERT_EQ(out.packs.size(), 3u);
    EXPECT_EQ(out.packs[0].pack.origin, "a.yaml");
    EXPECT_EQ(out.packs[0].pack.identity, read("elsewhere/a.yaml", kPack).packs[0].pack.identity);
    EXPECT_EQ(out.packs[1].pack.origin, std::string(120, 'n') + ".yaml");
    EXPECT_EQ(out.packs[2].pack.origin, "q.yaml");
    EXPECT_EQ(out.skipped.reasons.at(0), "all.tar(README): no label file");
  }
}

TEST(LabelFile, NamesTheMemberOfAnArchive) {
  EXPECT_THAT(read("all.tar", tar_member("a.yaml", "title: [")).error,
              HasSubstr("all.tar(a.yaml):2:1: "));
  auto cut = tar_member("a.yaml", std::string(2000, 'x'));
  cut.resize(1000);
  EXPECT_THAT(read("all.tar", cut).error, HasSubstr("all.tar: archive ends inside a member"));
  auto damaged = tar_member("a.yaml", kPack);
  damaged += damaged;
  damaged[1024 + 3] ^= 1;
  EXPECT_THAT(read("all.tar", damaged).error, HasSubstr("damaged archive header at byte 1024"));
}

TEST(LabelFile, FillsInOnlyWhatTheFileDoesNotSay) {
  const auto out = read("p.yaml", "title: T\nconfidence: forensic\ntags:\n- address: a\n",
                        {.title = "other",
                         .creator = "me",
                         .source = "s",
                         .licence = "MIT",
                         .confidence = "web_crawl",
                         .currency = "BTC",
                         .category = "exchange",
                         .lastmod = "2020-01-01",
                         .is_public = true});
  ASSERT_EQ(out.error, "");
  const auto& pack = out.packs.at(0).pack;
  const auto& label = out.packs.at(0).labels.at(0);
  EXPECT_EQ(pack.title, "T");
  EXPECT_EQ(pack.creator, "me");
  EXPECT_EQ(pack.licence, "MIT");
  EXPECT_EQ(label.confidence, "forensic");
  EXPECT_EQ(label.currency, "BTC");
  EXPECT_EQ(label.lastmod, "2020-01-01");
  EXPECT_EQ(label.sources, std::vector<std::string>{"s"});
}

TEST(LabelFile, MapsColumnsOfTablesOnly) {
  const ImportOptions mapped{.map = "address=Addr,label='x'"};
  const auto table = read("t.csv", "Addr;Note\na;b\n", mapped);
  ASSERT_EQ(table.error, "");
  EXPECT_EQ(table.packs.at(0).labels.at(0).label, "x");
  const auto column = read("t.csv", "Addr\na\n", mapped);  // no separator tells what it is
  EXPECT_EQ(column.packs.at(0).labels.size(), 1u) << column.error;
  for (const std::string& text :
       {std::string(kPack), std::string(R"({"XBT": ["a"]})"), std::string("<sdnList></sdnList>")}) {
    const auto alone = read("f", text), beside = read("f", text, mapped);
    EXPECT_EQ(beside.error, alone.error);
    ASSERT_EQ(beside.packs.size(), 1u) << text;
    EXPECT_EQ(beside.packs[0].labels, alone.packs.at(0).labels);
  }
  EXPECT_THAT(read("t.csv", "a,b\n", {.map = "address"}).error, HasSubstr("column map"));
}

TEST(LabelFile, RefusesWhatIsNone) {
  EXPECT_THAT(read("x.bin", std::string("\0\1\2", 3)).error, HasSubstr("x.bin: neither a TagPack"));
  EXPECT_THAT(read("x.json", "[1]").error, HasSubstr("x.json: neither"));
  EXPECT_THAT(read("x", "").error, HasSubstr("x: neither"));
}

TEST(TarReader, SurvivesNonsense) {
  EXPECT_FALSE(is_tar(std::string(600, 'x')));
  for (const char fill : {'\xff', '7', ' '}) {
    auto bytes = tar_member("a", "b");
    bytes.replace(124, 12, std::string(12, fill));
    TarReader reader(bytes);
    EXPECT_FALSE(reader.next());
  }
  TarReader empty("");
  const auto none = empty.next();
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
}

}  // namespace
}  // namespace clew::labels
