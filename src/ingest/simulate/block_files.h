// Writes blk00000.dat, blk00001.dat, … as a node does: each record is the network's magic, a length
// and the block; blocks lie slightly out of order, as they arrive from several peers; every byte is
// XORed with an 8-byte key, repeated from the file's start and kept in xor.dat; and the last file
// ends in zeros (which a node preallocates without XORing them).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/file.h"
#include "base/result.h"
#include "ingest/simulate/rng.h"

namespace clew::simulate {

struct BlockFileOptions {
  std::uint32_t magic = 0;
  std::array<std::uint8_t, 8> key{};
  std::uint64_t file_bytes_max = 128u << 20;
  std::uint32_t preallocation = 0;  // bytes; see Options
  std::uint32_t window = 8;         // how far a block may be overtaken
};

class BlockFiles {
 public:
  // `directory` exists. Writes xor.dat at once.
  static Result<BlockFiles> create(FileSystem& files, std::string directory,
                                   const BlockFileOptions& options, std::uint64_t seed);
  Result<void> add(Bytes block);
  Result<void> finish();

  std::uint64_t bytes_written() const { return bytes_total_; }
  std::uint32_t files_written() const { return files_started_; }

 private:
  BlockFiles(FileSystem& files, std::string directory, const BlockFileOptions& options,
             std::uint64_t seed);
  Result<void> write_record(const Bytes& block);
  Result<void> next_file();
  Result<void> flush();

  FileSystem* files_;
  std::string directory_;
  BlockFileOptions options_;
  Rng order_;
  std::vector<Bytes> waiting_;
  std::unique_ptr<OutputFile> file_;
  Bytes pending_;               // not yet written, not yet XORed
  std::uint64_t position_ = 0;  // in the file, of what is written
  std::uint64_t bytes_total_ = 0;
  std::uint32_t files_started_ = 0;
};

}  // namespace clew::simulate
