#include "base/huge_pages.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <numeric>

namespace clew {
namespace {

TEST(HugePages, KeepContentWhileAVectorGrowsOverTheirSize) {
  HugeVector<std::uint32_t> numbers;
  const std::uint32_t count = 3 * kHugePage / sizeof(std::uint32_t) + 1;
  for (std::uint32_t i = 0; i < count; ++i)
    numbers.push_back(i);
  std::vector<std::uint32_t> expected(count);
  std::iota(expected.begin(), expected.end(), 0u);
  EXPECT_TRUE(std::equal(numbers.begin(), numbers.end(), expected.begin(), expected.end()));
  numbers.resize(1);
  numbers.shrink_to_fit();
  EXPECT_EQ(numbers, HugeVector<std::uint32_t>{0});
}

TEST(HugePages, BigMemoryBeginsOnAHugePagesBorder) {
  HugeVector<std::uint8_t> bytes(kHugePage);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(bytes.data()) % kHugePage, 0u);
}

TEST(HugePages, SmallMemoryIsAlignedForItsType) {
  struct alignas(64) Line {
    int value = 7;
  };
  HugeVector<Line> lines(3);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(lines.data()) % 64, 0u);
  EXPECT_EQ(lines[2].value, 7);
}

TEST(HugePages, RoomKeepsRowsUntilMoreAreNeeded) {
  HugeRoom<std::uint64_t> room;
  EXPECT_TRUE(room.of(0).empty());
  for (const std::size_t count : {std::size_t{10}, 2 * kHugePage}) {
    const auto rows = room.of(count);
    ASSERT_EQ(rows.size(), count);
    std::iota(rows.begin(), rows.end(), 0u);
    EXPECT_EQ(room.of(count / 2).data(), rows.data());
    EXPECT_EQ(room.of(count).back(), count - 1);
  }
}

TEST(HugePages, RefuseMoreThanCanBeAddressed) {
  HugeVector<std::uint64_t> numbers;
  EXPECT_THROW(numbers.reserve(numbers.max_size() + 1), std::length_error);
  EXPECT_THROW(HugePages<std::uint64_t>().allocate(~std::size_t{0} / 4), std::bad_array_new_length);
}

}  // namespace
}  // namespace clew
