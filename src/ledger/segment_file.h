// The container of a segment: named sections in one file, each 64 KiB page of the file with its own
// checksum. Format: docs/formats/segment.md. Knows nothing of what the sections mean.
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"

namespace clew::ledger {

constexpr std::uint64_t kPageBytes = 64 * 1024;

// Fourteen integers in the header that the owner of the sections gives a meaning: rows, sums.
using CountWords = std::array<std::uint64_t, 14>;

// What a section's bytes are, borrowed until the file is written.
struct SectionBytes {
  std::uint32_t section;
  ByteView bytes;
};

// Writes and syncs the whole file. Returns its seal: a checksum over all page checksums and the
// header, which the manifest keeps.
Result<std::uint64_t> write_segment_file(FileSystem& files, const std::string& path,
                                         const CountWords& counts, std::uint64_t hash_key,
                                         std::span<const SectionBytes> sections);

class SegmentFile {
 public:
  // Checks header, section table and the table of page checksums; pages follow when touched.
  static Result<std::unique_ptr<SegmentFile>> open(FileSystem& files, const std::string& path,
                                                   std::uint64_t seal);

  const CountWords& counts() const { return counts_; }
  std::uint64_t hash_key() const { return hash_key_; }
  const std::string& path() const { return path_; }
  std::uint64_t size() const { return bytes_.size(); }

  // Empty if the file has no such section.
  ByteView section(std::uint32_t number) const;

  // Makes sure that the page under [p, p + size) are as written; throws Corruption if not.
  void touch(const std::uint8_t* p, std::size_t size) const {
    const auto first = static_cast<std::uint64_t>(p - bytes_.data()) / kPageBytes;
    const auto last = static_cast<std::uint64_t>(p + size - 1 - bytes_.data()) / kPageBytes;
    if (verified_[first].load(std::memory_order_relaxed) == 0) verify_page(first);
    if (first != last) verify_rest(first + 1, last);
  }
  // Problems of all pages, one sentence each.
  std::vector<std::string> verify_all() const;

 private:
  SegmentFile() = default;
  void verify_page(std::uint64_t page) const;
  void verify_rest(std::uint64_t first, std::uint64_t last) const;
  std::string describe_page(std::uint64_t page) const;
  Result<void> parse(std::uint64_t seal);

  std::string path_;
  std::shared_ptr<const MappedFile> mapping_;
  ByteView bytes_;
  CountWords counts_{};
  std::uint64_t hash_key_ = 0;
  std::uint64_t data_bytes_ = 0;  // before the page checksums
  const std::uint8_t* page_sums_ = nullptr;
  std::map<std::uint32_t, ByteView> sections_;
  mutable std::unique_ptr<std::atomic<std::uint8_t>[]> verified_;
};

// A typed column of a segment: element i, checked on first touch.
template <class T, std::size_t Size = sizeof(T)>
class Column {
 public:
  Column() = default;
  // `section` is a number, or an enumerator of the sections of one kind of ledger.
  template <class Section>
  Column(const SegmentFile& file, Section section) : file_(&file) {
    const auto bytes = file.section(static_cast<std::uint32_t>(section));
    data_ = bytes.data();
    count_ = bytes.size() / Size;
  }
  std::size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  const std::uint8_t* at(std::size_t i) const {
    const auto* p = data_ + i * Size;
    file_->touch(p, Size);
    return p;
  }
  T operator[](std::size_t i) const {
    static_assert(Size == sizeof(T));
    return load_le<T>(at(i));
  }
  // Elements [from, to), all checked.
  const std::uint8_t* range(std::size_t from, std::size_t to) const {
    if (from < to) file_->touch(data_ + from * Size, (to - from) * Size);
    return data_ + from * Size;
  }
  ByteView bytes() const { return {range(0, count_), count_ * Size}; }
  void prefetch(std::size_t i) const { __builtin_prefetch(data_ + i * Size); }

 private:
  const SegmentFile* file_ = nullptr;
  const std::uint8_t* data_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace clew::ledger
