#include "ingest/text_file.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>

#include "tests/memory_files.h"

namespace clew::ingest {
namespace {

using clew::test::MemoryFiles;

Bytes as_file(std::string_view text) {
  const auto view = as_bytes(text);
  return {view.begin(), view.end()};
}

Bytes gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  Bytes out(deflateBound(&stream, text.size()) + 32);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

struct Line {
  std::uint64_t offset;
  std::string text;
  bool operator==(const Line&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Line& line) {
  return out << line.offset << ": " << line.text;
}

struct Lines {
  std::vector<Line> lines;
  std::string error;
};

Lines lines_of(MemoryFiles& files, const std::string& path) {
  Lines out;
  auto file = TextFile::open(files, path);
  EXPECT_TRUE(file);
  for (;;) {
    const auto line = file->next();
    if (!line) out.error = line.error().message;
    if (!line || !*line) return out;
    out.lines.push_back({(*line)->offset, std::string((*line)->text)});
  }
}

Lines lines_of(const Bytes& content) {
  MemoryFiles files;
  files.put("/f", content);
  return lines_of(files, "/f");
}

TEST(TextFile, GivesLinesWithTheirPlaces) {
  const std::string text = "one\r\n\n  two \nthree";
  const std::vector<Line> expected{{0, "one"}, {8, "two"}, {13, "three"}};
  EXPECT_EQ(lines_of(as_file(text)).lines, expected);
  EXPECT_EQ(lines_of(gzip(text)).lines, expected);
  EXPECT_TRUE(lines_of(Bytes{}).lines.empty());
  EXPECT_TRUE(lines_of(as_file("\n\n \n")).lines.empty());
}

TEST(TextFile, TakesJsonPrintedOverManyLinesAsOne) {
  const std::string text = "{\n  \"a\": 1\n}\n";
  const std::vector<Line> expected{{0, "{\n  \"a\": 1\n}"}};
  EXPECT_EQ(lines_of(as_file(text)).lines, expected);
  EXPECT_EQ(lines_of(gzip(text)).lines, expected);
  const std::vector<Line> list{{2, "[\n  1\n]"}};
  EXPECT_EQ(lines_of(as_file("  [\n  1\n]\n")).lines, list);
}

TEST(TextFile, ReadsSeveralGzipMembersAndPaddingBehindThem) {
  Bytes packed = gzip("one\ntw");
  const Bytes more = gzip("o\nthree\n");
  packed.insert(packed.end(), more.begin(), more.end());
  packed.resize(packed.size() + 10, 0);
  const auto found = lines_of(packed);
  EXPECT_EQ(found.lines, (std::vector<Line>{{0, "one"}, {4, "two"}, {8, "three"}}));
  EXPECT_EQ(found.error, "");
}

// Lines of all lengths, some far longer than any buffer, hard to pack.
std::string long_text() {
  std::mt19937_64 random(3);
  std::string text;
  for (int i = 0; i < 200; ++i) {
    const std::size_t size = i % 70 == 50 ? 5'000'000 : random() % 100'000;
    for (std::size_t j = 0; j < size; j += 8)
      text += std::string(8, static_cast<char>('a' + random() % 26));
    text += '\n';
  }
  return text;
}

TEST(TextFile, ReadsLinesAgainInAnyOrder) {
  const std::string text = long_text();
  MemoryFiles files;
  files.put("/plain", as_file(text));
  files.put("/packed", gzip(text));
  for (const std::string path : {"/plain", "/packed"}) {
    auto lines = lines_of(files, path);
    EXPECT_EQ(lines.error, "");
    for (const auto& line : lines.lines)
      ASSERT_EQ(text.compare(line.offset, line.text.size(), line.text), 0);
    auto file = TextFile::open(files, path);
    ASSERT_TRUE(file);
    std::mt19937_64 random(4);
    for (int i = 0; i < 25; ++i) {
      const auto& line = lines.lines[random() % lines.lines.size()];
      const auto again = file->read(line.offset, line.text.size());
      ASSERT_TRUE(again) << again.error().message;
      ASSERT_EQ(*again, line.text);
    }
  }
}

TEST(TextFile, AGzipFileThatIsCutOffGivesWhatCameBefore) {
  std::string text;
  for (int i = 0; i < 20'000; ++i)
    text += std::to_string(i * 7919 % 10007) + '\n';
  Bytes packed = gzip(text);
  packed.resize(packed.size() / 2);
  const auto found = lines_of(packed);
  EXPECT_GT(found.lines.size(), 5000u);
  for (std::size_t i = 0; i < found.lines.size(); ++i)
    ASSERT_EQ(found.lines[i].text, std::to_string(i * 7919 % 10007));
  EXPECT_EQ(found.error, "gzip: cut off at byte " + std::to_string(packed.size()));
}

TEST(TextFile, ADamagedGzipFileIsTold) {
  Bytes packed = gzip(std::string(100'000, 'x') + "\nshort\n");
  packed[packed.size() - 6] ^= 1;  // the checksum at its end
  EXPECT_NE(lines_of(packed).error.find("gzip: incorrect data check"), std::string::npos);
  Bytes two = gzip("one\n");
  two.push_back('?');
  two.push_back('?');
  const auto found = lines_of(two);
  EXPECT_EQ(found.lines.size(), 1u);
  EXPECT_EQ(found.error,
            "gzip: bytes that are no gzip member at byte " + std::to_string(two.size() - 2));
}

TEST(TextFile, AFileThatShrankIsTold) {
  MemoryFiles files;
  files.put("/f", as_file("one\ntwo\n"));
  auto file = TextFile::open(files, "/f");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->read(4, 10).error().message, "the file is shorter than it was");
}

}  // namespace
}  // namespace clew::ingest
