// Rows of one type, in memory or in a mapped file whose blocks are verified on first touch.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/bytes.h"

namespace clew::graph {

// The checksums (XXH3, 64 bits) of a file's blocks. May be shared by threads.
class BlockSums {
 public:
  static constexpr std::size_t kBlock = std::size_t{1} << 20;

  // `sums`: one a block of `bytes`, which is cut into blocks of kBlock (the last may be shorter).
  // Both must outlive this object. `name` is how a damaged block is reported.
  BlockSums(ByteView bytes, std::span<const std::uint64_t> sums, std::string name);
  static std::uint64_t sum(ByteView block);

  // Throws ledger::Corruption if the block that holds this byte does not match its checksum.
  void check(std::size_t offset) const {
    const std::size_t block = offset / kBlock;
    if (!verified_[block].load(std::memory_order_relaxed)) verify(block);
  }

 private:
  void verify(std::size_t block) const;

  ByteView bytes_;
  std::span<const std::uint64_t> sums_;
  std::string name_;
  std::unique_ptr<std::atomic<bool>[]> verified_;
};

// A view: what it looks at must outlive it. In a file, a row must not straddle two blocks.
template <class T>
class Column {
 public:
  Column() = default;
  explicit Column(std::span<const T> rows) : rows_(rows) {}
  Column(std::span<const T> rows, const BlockSums* sums, std::size_t offset)
      : rows_(rows), sums_(sums), offset_(offset) {}

  std::size_t size() const { return rows_.size(); }
  // The first `count` rows, of at least as many.
  Column first(std::size_t count) const { return {rows_.first(count), sums_, offset_}; }
  const T& operator[](std::size_t i) const {
    if (sums_ != nullptr) sums_->check(offset_ + i * sizeof(T));
    return rows_[i];
  }

 private:
  std::span<const T> rows_;
  const BlockSums* sums_ = nullptr;
  std::size_t offset_ = 0;  // of the first row in the file
};

}  // namespace clew::graph
