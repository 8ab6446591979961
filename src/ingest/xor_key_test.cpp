#include "ingest/xor_key.h"

#include <gtest/gtest.h>

#include "tests/memory_files.h"

namespace clew::ingest {
namespace {

constexpr std::array<std::uint8_t, 8> kKey{0x5a, 0x17, 0xc3, 0xe9, 0x0b, 0x8d, 0x42, 0xf1};

TEST(XorKey, TurnsWithTheOffsetInTheFile) {
  Bytes plain(100);
  for (std::size_t i = 0; i < plain.size(); ++i)
    plain[i] = static_cast<std::uint8_t>(i * 7);
  for (std::uint64_t offset = 0; offset < 20; ++offset) {
    for (std::size_t size = 0; size < 30; ++size) {
      Bytes bytes(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(size));
      XorKey(kKey).apply(offset, bytes);
      for (std::size_t i = 0; i < size; ++i)
        ASSERT_EQ(bytes[i], plain[i] ^ kKey[(offset + i) % 8]) << offset << ' ' << size << ' ' << i;
    }
  }
}

TEST(XorKey, ZerosMeanNone) {
  EXPECT_TRUE(XorKey{}.none());
  EXPECT_TRUE(XorKey({0, 0, 0, 0, 0, 0, 0, 0}).none());
  EXPECT_FALSE(XorKey({0, 0, 0, 0, 0, 0, 0, 1}).none());
}

TEST(XorKey, CountsReservedRoomOfBothKinds) {
  const XorKey key(kKey);
  Bytes reserved(20, 0);  // zeros on the disk, as they look after the key was applied
  key.apply(5, reserved);
  reserved.push_back(1);
  EXPECT_EQ(key.blank_prefix(5, reserved), 20u);
  EXPECT_LT(key.blank_prefix(6, reserved), 8u);
  Bytes zeros(9, 0);
  zeros.push_back(1);
  EXPECT_EQ(key.blank_prefix(3, zeros), 9u);
  EXPECT_EQ(key.blank_prefix(3, {}), 0u);
}

TEST(XorKey, IsReadFromTheFileBesideTheBlocks) {
  clew::test::MemoryFiles files;
  files.put("/a/xor.dat", Bytes(kKey.begin(), kKey.end()));
  files.put("/short/xor.dat", {1, 2, 3});
  files.put("/long/xor.dat", Bytes(9, 1));
  files.put("/none/blk00000.dat", {});
  const auto key = read_xor_key(files, "/a");
  ASSERT_TRUE(key);
  Bytes bytes(8, 0);
  key->apply(0, bytes);
  EXPECT_EQ(bytes, Bytes(kKey.begin(), kKey.end()));
  EXPECT_TRUE(read_xor_key(files, "/none")->none());
  EXPECT_EQ(read_xor_key(files, "/short").error().message,
            "/short/xor.dat: a key of 8 bytes is expected, the file has 3");
  EXPECT_EQ(read_xor_key(files, "/long").error().message,
            "/long/xor.dat: a key of 8 bytes is expected, the file has more");
}

}  // namespace
}  // namespace clew::ingest
