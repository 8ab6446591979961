#include "ledger/segment_file.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

#include "ledger/chain_state.h"

namespace clew::ledger {
namespace {

constexpr char kMagic[8] = {'C', 'L', 'E', 'W', 'S', 'E', 'G', '1'};
constexpr std::size_t kSectionAlign = 64;
constexpr std::size_t kSectionEntry = 24;
constexpr std::size_t kFixedHeader =
    sizeof kMagic + 3 * sizeof(std::uint64_t) + sizeof(CountWords) + sizeof(std::uint64_t);

std::uint64_t aligned(std::uint64_t offset) {
  return (offset + kSectionAlign - 1) / kSectionAlign * kSectionAlign;
}

// Streams bytes to a file in large writes and takes the checksum of every page on the way.
class PageWriter {
 public:
  PageWriter(OutputFile& file) : file_(file) { buffer_.reserve(kBufferBytes); }

  Result<void> put(ByteView bytes) {
    while (!bytes.empty()) {
      const auto n = std::min(bytes.size(), kBufferBytes - buffer_.size());
      buffer_.insert(buffer_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n));
      bytes = bytes.subspan(n);
      if (buffer_.size() == kBufferBytes) CLEW_CHECK(flush());
    }
    return {};
  }
  Result<void> pad_to(std::uint64_t offset) {
    static constexpr std::uint8_t zeros[kSectionAlign] = {};
    return put({zeros, static_cast<std::size_t>(offset - written_ - buffer_.size())});
  }
  // The last page may be short. The buffer is a whole number of pages until then.
  Result<void> flush() {
    for (std::size_t at = 0; at < buffer_.size(); at += kPageBytes) {
      const auto n = std::min<std::size_t>(kPageBytes, buffer_.size() - at);
      append_le(sums_, std::uint64_t{XXH3_64bits(buffer_.data() + at, n)});
    }
    CLEW_CHECK(file_.write(buffer_));
    written_ += buffer_.size();
    buffer_.clear();
    return {};
  }
  const Bytes& sums() const { return sums_; }

 private:
  static constexpr std::size_t kBufferBytes = 16 * kPageBytes;
  OutputFile& file_;
  Bytes buffer_, sums_;
  std::uint64_t written_ = 0;
};

Bytes encode_header(const CountWords& counts, std::uint64_t hash_key,
                    std::span<const SectionBytes> sections, std::uint64_t& data_bytes) {
  Bytes header(kMagic, kMagic + sizeof kMagic);
  std::uint64_t offset = aligned(kFixedHeader + sections.size() * kSectionEntry);
  Bytes table;
  for (const auto& section : sections) {
    append_le(table, std::uint64_t{section.section});
    append_le(table, offset);
    append_le(table, static_cast<std::uint64_t>(section.bytes.size()));
    offset = aligned(offset + section.bytes.size());
  }
  data_bytes = offset;
  append_le(header, static_cast<std::uint64_t>(sections.size()));
  append_le(header, data_bytes);
  append_le(header, kPageBytes);
  append_le(header, counts);
  append_le(header, hash_key);
  header.insert(header.end(), table.begin(), table.end());
  return header;
}

}  // namespace

Result<std::uint64_t> write_segment_file(FileSystem& files, const std::string& path,
                                         const CountWords& counts, std::uint64_t hash_key,
                                         std::span<const SectionBytes> sections) {
  std::uint64_t data_bytes = 0;
  const Bytes header = encode_header(counts, hash_key, sections, data_bytes);
  CLEW_TRY(file, files.create(path));
  PageWriter out(*file);
  CLEW_CHECK(out.put(header));
  std::uint64_t at = header.size();
  for (const auto& section : sections) {
    CLEW_CHECK(out.pad_to(at = aligned(at)));
    CLEW_CHECK(out.put(section.bytes));
    at += section.bytes.size();
  }
  CLEW_CHECK(out.pad_to(data_bytes));
  CLEW_CHECK(out.flush());
  CLEW_CHECK(file->write(out.sums()));
  CLEW_CHECK(file->sync());
  CLEW_CHECK(file->close());
  return XXH3_64bits(out.sums().data(), out.sums().size());
}

Result<std::unique_ptr<SegmentFile>> SegmentFile::open(FileSystem& files, const std::string& path,
                                                       std::uint64_t seal) {
  std::unique_ptr<SegmentFile> file(new SegmentFile);
  file->path_ = path;
  CLEW_TRY(mapping, files.map(path));
  file->mapping_ = std::move(mapping);
  file->bytes_ = file->mapping_->bytes();
  if (auto parsed = file->parse(seal); !parsed) return fail(std::move(parsed).error().within(path));
  return file;
}

Result<void> SegmentFile::parse(std::uint64_t seal) {
  const auto damaged = [](std::string what) { return fail(ErrorKind::corrupt, std::move(what)); };
  if (bytes_.size() < kFixedHeader) return damaged("the file is cut off in its header");
  const auto* p = bytes_.data();
  if (!std::equal(kMagic, kMagic + sizeof kMagic, p))
    return damaged("header page 0: not a segment file of this version");
  p += sizeof kMagic;
  const auto section_count = load_le<std::uint64_t>(p);
  data_bytes_ = load_le<std::uint64_t>(p + 8);
  if (load_le<std::uint64_t>(p + 16) != kPageBytes || section_count > 1000)
    return damaged("header page 0: impossible page size or section count");
  const auto pages = data_bytes_ / kPageBytes + (data_bytes_ % kPageBytes != 0);
  if (data_bytes_ > bytes_.size() || data_bytes_ + pages * 8 != bytes_.size())
    return damaged("the file has " + std::to_string(bytes_.size()) +
                   " bytes, not as many as its header page 0 says");
  page_sums_ = bytes_.data() + data_bytes_;
  if (XXH3_64bits(page_sums_, pages * 8) != seal)
    return damaged("the table of page checksums does not match the manifest");
  verified_ = std::make_unique<std::atomic<std::uint8_t>[]>(pages);
  const auto header_end = kFixedHeader + section_count * kSectionEntry;
  if (header_end > data_bytes_) return damaged("header page 0: section table too long");
  try {
    touch(bytes_.data(), header_end);
  } catch (const Corruption& e) {
    return damaged(e.what());
  }
  p += 24;
  counts_ = load_le<CountWords>(p);
  hash_key_ = load_le<std::uint64_t>(p + sizeof counts_);
  p += sizeof counts_ + 8;
  for (std::uint64_t i = 0; i < section_count; ++i, p += kSectionEntry) {
    const auto offset = load_le<std::uint64_t>(p + 8), size = load_le<std::uint64_t>(p + 16);
    if (offset > data_bytes_ || size > data_bytes_ - offset)
      return damaged("header page 0: a section lies outside the file");
    sections_[static_cast<std::uint32_t>(load_le<std::uint64_t>(p))] = bytes_.subspan(offset, size);
  }
  return {};
}

ByteView SegmentFile::section(std::uint32_t number) const {
  const auto found = sections_.find(number);
  return found == sections_.end() ? ByteView{} : found->second;
}

void SegmentFile::verify_page(std::uint64_t page) const {
  const auto from = page * kPageBytes, n = std::min(kPageBytes, data_bytes_ - from);
  if (XXH3_64bits(bytes_.data() + from, n) != load_le<std::uint64_t>(page_sums_ + page * 8))
    throw Corruption(path_ + ": " + describe_page(page));
  verified_[page].store(1, std::memory_order_relaxed);
}

void SegmentFile::verify_rest(std::uint64_t first, std::uint64_t last) const {
  for (auto page = first; page <= last; ++page)
    if (verified_[page].load(std::memory_order_relaxed) == 0) verify_page(page);
}

std::string SegmentFile::describe_page(std::uint64_t page) const {
  const auto from = page * kPageBytes, to = std::min(from + kPageBytes, data_bytes_);
  std::string text = "page " + std::to_string(page) + " (bytes " + std::to_string(from) + " to " +
                     std::to_string(to - 1) + ") does not match its checksum; it holds sections";
  if (page == 0) text += " header";
  for (const auto& [section, bytes] : sections_) {
    const auto at = static_cast<std::uint64_t>(bytes.data() - bytes_.data());
    if (at < to && at + bytes.size() > from) text += " " + std::to_string(section);
  }
  return text;
}

std::vector<std::string> SegmentFile::verify_all() const {
  std::vector<std::string> problems;
  for (std::uint64_t page = 0; page * kPageBytes < data_bytes_; ++page) {
    try {
      verify_page(page);
    } catch (const Corruption& e) {
      problems.push_back(e.what());
    }
  }
  return problems;
}

}  // namespace clew::ledger
