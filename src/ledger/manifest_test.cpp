#include "ledger/manifest.h"

#include <gtest/gtest.h>

#include "tests/memory_files.h"

namespace clew::ledger::test {
namespace {

using clew::test::MemoryFiles;

Manifest some_manifest() {
  return {.kind = "utxo",
          .network = "regtest",
          .hash_key = 0xabcdef0123456789,
          .generation = 7,
          .next_file = 12,
          .segments = {{"000000000a.seg", 0xfedcba9876543210}, {"000000000b.seg", 1}}};
}

TEST(Manifest, IsReadAsItWasWritten) {
  MemoryFiles files;
  const auto written = some_manifest();
  ASSERT_TRUE(write_manifest(files, "ledger", written));
  const auto read = read_manifest(files, "ledger");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->kind, written.kind);
  EXPECT_EQ(read->network, written.network);
  EXPECT_EQ(read->hash_key, written.hash_key);
  EXPECT_EQ(read->generation, written.generation);
  EXPECT_EQ(read->next_file, written.next_file);
  ASSERT_EQ(read->segments.size(), written.segments.size());
  for (std::size_t i = 0; i < read->segments.size(); ++i) {
    EXPECT_EQ(read->segments[i].file, written.segments[i].file);
    EXPECT_EQ(read->segments[i].seal, written.segments[i].seal);
  }
}

TEST(Manifest, NoFlippedBitGoesUnseen) {
  MemoryFiles files;
  ASSERT_TRUE(write_manifest(files, "ledger", some_manifest()));
  const auto sound = files.read("ledger/MANIFEST");
  ASSERT_TRUE(sound);
  for (std::size_t bit = 0; bit < sound->size() * 8; ++bit) {
    auto flipped = *sound;
    flipped[bit / 8] ^= std::uint8_t(1 << bit % 8);
    ASSERT_TRUE(write_atomically(files, "ledger/MANIFEST", flipped));
    const auto read = read_manifest(files, "ledger");
    ASSERT_FALSE(read) << "byte " << bit / 8 << ", bit " << bit % 8;
    EXPECT_EQ(read.error().kind, ErrorKind::corrupt);
  }
}

}  // namespace
}  // namespace clew::ledger::test
