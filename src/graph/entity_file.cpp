#include "graph/entity_file.h"

#include <algorithm>

namespace clew::graph {

namespace {

// "CLEWENT" and a version; a change of the format is a new version, and old files are rebuilt.
constexpr std::uint64_t kMagic = 0x02544e4557454c43;
constexpr std::size_t kHeaderSize = 4096;  // page-aligned sections may be mapped on their own
constexpr std::size_t kAlignment = 4096;
constexpr std::size_t kKeyOffset = 1024;
constexpr std::size_t kKeyMax = 3000;

std::size_t align(std::size_t offset) {
  return (offset + kAlignment - 1) / kAlignment * kAlignment;
}

std::size_t block_count(std::size_t bytes) {
  return (bytes + BlockSums::kBlock - 1) / BlockSums::kBlock;
}

// Computes the checksums of a stream that arrives in pieces.
class SumStream {
 public:
  void add(ByteView bytes) {
    while (!bytes.empty()) {
      const std::size_t take = std::min(bytes.size(), BlockSums::kBlock - pending_.size());
      if (pending_.empty() && take == BlockSums::kBlock) {
        sums_.push_back(BlockSums::sum(bytes.first(take)));
      } else {
        pending_.insert(pending_.end(), bytes.begin(), bytes.begin() + static_cast<long>(take));
        if (pending_.size() == BlockSums::kBlock) end_block();
      }
      bytes = bytes.subspan(take);
    }
  }
  const std::vector<std::uint64_t>& finish() {
    if (!pending_.empty()) end_block();
    return sums_;
  }

 private:
  void end_block() {
    sums_.push_back(BlockSums::sum(pending_));
    pending_.clear();
  }

  Bytes pending_;
  std::vector<std::uint64_t> sums_;
};

// The header page without its own checksum, which fills the last 8 bytes.
Bytes encode_header(const EntityFileHeader& header,
                    const std::array<ByteView, kEntitySections>& sections,
                    std::span<const std::uint64_t> sums) {
  Bytes page;
  append_le(page, kMagic);
  append_le(page, header.address_count);
  append_le(page, header.entity_count);
  std::size_t offset = kHeaderSize;
  for (const ByteView section : sections) {
    append_le<std::uint64_t>(page, offset);
    append_le<std::uint64_t>(page, section.size());
    offset = align(offset + section.size());
  }
  append_le<std::uint64_t>(page, offset);  // of the table of checksums
  append_le<std::uint64_t>(page, sums.size());
  append_le<std::uint64_t>(
      page, BlockSums::sum({reinterpret_cast<const std::uint8_t*>(sums.data()), sums.size() * 8}));
  append_le<std::uint64_t>(page, header.key.size());
  page.resize(kKeyOffset);
  page.insert(page.end(), header.key.begin(), header.key.end());
  page.resize(kHeaderSize - 8);
  append_le<std::uint64_t>(page, BlockSums::sum(page));
  return page;
}

struct HeaderFields {
  EntityFileHeader header;
  std::array<std::pair<std::uint64_t, std::uint64_t>, kEntitySections> sections{};
  std::uint64_t sums_offset = 0, sums_count = 0, sums_sum = 0;
};

Result<HeaderFields> decode_header(ByteView file, const std::string& path) {
  const auto damaged = [&](const char* what) {
    return fail(ErrorKind::corrupt, path + ": header: " + what);
  };
  if (file.size() < kHeaderSize) return damaged("cut off");
  if (load_le<std::uint64_t>(file.data()) != kMagic)
    return fail(ErrorKind::unsupported, path + ": header: not of this version");
  if (load_le<std::uint64_t>(file.data() + kHeaderSize - 8) !=
      BlockSums::sum(file.first(kHeaderSize - 8)))
    return damaged("does not match its checksum");
  const std::uint8_t* at = file.data() + 8;
  const auto next = [&] {
    const auto value = load_le<std::uint64_t>(at);
    at += 8;
    return value;
  };
  HeaderFields fields;
  fields.header.address_count = next();
  fields.header.entity_count = next();
  for (auto& [offset, size] : fields.sections) {
    offset = next();
    size = next();
    if (offset < kHeaderSize || offset % kAlignment != 0 || offset > file.size() ||
        size > file.size() - offset)
      return damaged("a section lies outside the file");
  }
  fields.sums_offset = next();
  fields.sums_count = next();
  fields.sums_sum = next();
  const std::uint64_t key_size = next();
  if (key_size > kKeyMax) return damaged("the key is too long");
  fields.header.key.assign(reinterpret_cast<const char*>(file.data()) + kKeyOffset, key_size);
  return fields;
}

}  // namespace

Result<void> write_entity_file(FileSystem& files, const std::string& path,
                               const EntityFileHeader& header,
                               const std::array<ByteView, kEntitySections>& sections) {
  if (header.key.size() > kKeyMax) return fail(ErrorKind::usage, path + ": the key is too long");
  const std::string temporary = path + ".tmp";
  const Bytes padding(kAlignment);
  SumStream stream;
  for (const ByteView section : sections) {
    stream.add(section);
    stream.add(ByteView(padding).first(align(section.size()) - section.size()));
  }
  const auto& sums = stream.finish();
  const auto write_all = [&]() -> Result<void> {
    CLEW_TRY(file, files.create(temporary));
    CLEW_CHECK(file->write(encode_header(header, sections, sums)));
    for (const ByteView section : sections) {
      CLEW_CHECK(file->write(section));
      CLEW_CHECK(file->write(ByteView(padding).first(align(section.size()) - section.size())));
    }
    CLEW_CHECK(file->write(
        {reinterpret_cast<const std::uint8_t*>(sums.data()), sums.size() * sizeof(sums[0])}));
    CLEW_CHECK(file->sync());
    return file->close();
  };
  if (auto written = write_all(); !written) {
    (void)files.remove(temporary);
    return written;
  }
  return files.rename(temporary, path);
}

Result<std::shared_ptr<const EntityFile>> EntityFile::open(FileSystem& files,
                                                           const std::string& path) {
  std::shared_ptr<EntityFile> opened(new EntityFile());
  opened->path_ = path;
  CLEW_TRY(mapped, files.map(path));
  opened->file_ = std::move(mapped);
  const ByteView bytes = opened->file_->bytes();
  CLEW_TRY(fields, decode_header(bytes, path));
  for (std::size_t i = 0; i < kEntitySections; ++i)
    opened->sections_[i] = bytes.subspan(fields.sections[i].first, fields.sections[i].second);
  const std::uint64_t table = fields.sums_offset;
  if (table < kHeaderSize || table > bytes.size() ||
      fields.sums_count != block_count(table - kHeaderSize) ||
      fields.sums_count * 8 != bytes.size() - table)
    return fail(ErrorKind::corrupt, path + ": the table of checksums is cut off");
  const ByteView sums = bytes.subspan(table);
  if (BlockSums::sum(sums) != fields.sums_sum)
    return fail(ErrorKind::corrupt, path + ": the table of checksums is damaged");
  for (std::size_t i = 0; i < sums.size(); i += 8)
    opened->sum_table_.push_back(load_le<std::uint64_t>(sums.data() + i));
  opened->header_ = std::move(fields.header);
  opened->sums_ = std::make_unique<BlockSums>(bytes.subspan(kHeaderSize, table - kHeaderSize),
                                              opened->sum_table_, path);
  return std::shared_ptr<const EntityFile>(std::move(opened));
}

void EntityFile::check_all() const {
  for (std::size_t i = 0; i < sum_table_.size(); ++i)
    sums_->check(i * BlockSums::kBlock);
}

}  // namespace clew::graph
