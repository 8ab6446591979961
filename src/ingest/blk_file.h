// The records of a block file (blk*.dat): magic, size, block, as Bitcoin Core and its descendants
// store them, in order of arrival. Only headers are looked at; blocks are skipped by their size.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "chain/bitcoin/block.h"
#include "ingest/file_window.h"
#include "ingest/problem.h"

namespace clew::ingest {

constexpr std::size_t kRecordHeadSize = 8;  // magic, size
// Twice what any of the chains allows, so that a hostile size cannot ask for much memory.
constexpr std::uint32_t kBlockSizeMax = 32u << 20;

struct BlkRecord {
  std::uint64_t offset = 0;  // of the block in its file
  std::uint32_t size = 0;    // of the block
  std::array<std::uint8_t, bitcoin::kHeaderSize> header{};
};

// Reads one file from front to back. Reserved room (zeros) is skipped. What is no record, is cut
// off, is of another network or has no proof of work goes to the log with its offset, and reading
// goes on at the next record that makes sense.
class BlkScanner {
 public:
  BlkScanner(FileSystem& files, const std::string& path, XorKey key,
             const bitcoin::ChainParams& chain, ProblemLog& log);

  // The next record, its proof of work checked where that is cheap (not scrypt). Nothing at the
  // end of the file. An error only if the file cannot be read.
  Result<std::optional<BlkRecord>> next();

 private:
  Result<std::optional<BlkRecord>> record_at_position(ByteView head);
  Result<void> refuse(std::string reason, std::uint32_t size);
  Result<void> skip_blank();
  Result<void> skip_garbage();
  Result<void> skip_other_network(const bitcoin::ChainParams& other, std::uint32_t size);
  std::string why_not(std::uint64_t offset, ByteView head, bool resyncing);
  bool is_blank(std::uint64_t offset, ByteView bytes) const;
  bool plausible_size(std::uint64_t offset, std::uint32_t size) const;
  Result<bool> boundary_at(std::uint64_t offset);
  Result<std::uint64_t> find_record(std::uint64_t from);
  Result<std::uint64_t> find_magic(std::uint64_t from);

  FileSystem& files_;
  FileWindow window_;
  const bitcoin::ChainParams& chain_;
  ProblemLog& log_;
  std::optional<std::uint64_t> file_size_;
  std::uint64_t at_ = 0;
  bool told_of_other_network_ = false;
  int costly_checks_left_ = 1000;
};

// "bitcoin test": how messages name a network.
std::string network_name(const bitcoin::ChainParams& chain);

}  // namespace clew::ingest
