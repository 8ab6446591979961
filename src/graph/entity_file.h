// The bytes of a file of stored entities: a header page, sections, checksums. It knows nothing of
// what the sections mean. Format: docs/formats/entities.md.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "graph/column.h"

namespace clew::graph {

constexpr std::size_t kEntitySections = 8;

struct EntityFileHeader {
  std::string key;  // at most 3,000 bytes
  std::uint64_t address_count = 0, entity_count = 0;
};

// Writes the file so that after a crash the old or the new content is there.
Result<void> write_entity_file(FileSystem& files, const std::string& path,
                               const EntityFileHeader& header,
                               const std::array<ByteView, kEntitySections>& sections);

class EntityFile {
 public:
  // corrupt if the header or the table of checksums is damaged, unsupported for another version.
  // The sections are checked when they are read, through the columns.
  static Result<std::shared_ptr<const EntityFile>> open(FileSystem& files, const std::string& path);

  const EntityFileHeader& header() const { return header_; }
  std::uint64_t size() const { return file_->bytes().size(); }
  // corrupt if the section's size is no multiple of the row's.
  template <class Row>
  Result<Column<Row>> column(std::size_t section) const {
    const ByteView bytes = sections_[section];
    if (bytes.size() % sizeof(Row) != 0)
      return fail(ErrorKind::corrupt, path_ + ": section " + std::to_string(section) + " has " +
                                          std::to_string(bytes.size()) + " bytes");
    // Checksums cover what follows the header page.
    const auto offset = static_cast<std::size_t>(bytes.data() - file_->bytes().data()) - kHeader;
    const std::span rows(reinterpret_cast<const Row*>(bytes.data()), bytes.size() / sizeof(Row));
    return Column<Row>(rows, sums_.get(), offset);
  }
  // Checks all blocks now; throws ledger::Corruption.
  void check_all() const;

 private:
  static constexpr std::size_t kHeader = 4096;  // bytes of the header page
  EntityFile() = default;

  std::string path_;
  std::shared_ptr<const MappedFile> file_;
  EntityFileHeader header_;
  std::array<ByteView, kEntitySections> sections_{};
  std::vector<std::uint64_t> sum_table_;
  std::unique_ptr<BlockSums> sums_;
};

}  // namespace clew::graph
