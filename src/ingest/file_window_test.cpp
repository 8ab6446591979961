#include "ingest/file_window.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/memory_files.h"

namespace clew::ingest {
namespace {

Bytes numbered(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<std::uint8_t>(i * 31 + i / 256);
  return bytes;
}

TEST(FileWindow, GivesWhatTheFileHoldsInAnyOrder) {
  const Bytes plain = numbered(200'000);
  const XorKey key({1, 2, 3, 4, 5, 6, 7, 8});
  clew::test::MemoryFiles files;
  Bytes stored = plain;
  key.apply(0, stored);
  files.put("/f", stored);
  FileWindow window(files, "/f", key, 32 << 10);
  std::mt19937_64 random(5);
  std::uint64_t next = 0;
  for (int i = 0; i < 5000; ++i) {
    // Mostly forward in small steps, now and then somewhere else, also beyond the end.
    const std::uint64_t offset = random() % 8 == 0 ? random() % 201'000 : next + random() % 100;
    const std::size_t size = random() % 20 == 0 ? random() % 70'000 : random() % 300;
    const auto bytes = window.at(offset, size);
    ASSERT_TRUE(bytes);
    const auto begin = std::min<std::uint64_t>(offset, plain.size());
    const auto there = std::min<std::uint64_t>(size, plain.size() - begin);
    ASSERT_EQ(bytes->size(), there) << offset << ' ' << size;
    ASSERT_TRUE(std::equal(bytes->begin(), bytes->end(),
                           plain.begin() + static_cast<std::ptrdiff_t>(begin)));
    next = offset + size > plain.size() ? 0 : offset + size;
  }
}

TEST(FileWindow, GivesAllThatIsAtHandForSearching) {
  clew::test::MemoryFiles files;
  files.put("/f", numbered(10'000));
  FileWindow window(files, "/f", {}, 1 << 20);
  const auto first = window.from(0, 10);
  ASSERT_TRUE(first);
  EXPECT_GE(first->size(), 10u);
  const auto rest = window.from(3, 20'000);
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->size(), 9'997u);
  EXPECT_TRUE(window.from(10'000, 1)->empty());
  EXPECT_TRUE(window.from(1'000'000, 1)->empty());
}

TEST(FileWindow, TellsThatAFileCannotBeRead) {
  clew::test::MemoryFiles files;
  files.put("/f", numbered(10));
  files.unreadable = "/f";
  FileWindow window(files, "/f", {});
  EXPECT_EQ(window.at(0, 5).error().kind, ErrorKind::io);
  files.unreadable.clear();
  EXPECT_EQ(window.at(2, 5)->size(), 5u);
}

}  // namespace
}  // namespace clew::ingest
