// A moving view into a file that may be obfuscated: the one way in which block files are read.
// It reads into one reused buffer rather than mapping the file: that costs fewer cycles with a cold
// page cache, and a file that another process cuts off meanwhile gives a short answer, not SIGBUS.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/file.h"
#include "base/result.h"
#include "ingest/xor_key.h"

namespace clew::ingest {

class FileWindow {
 public:
  // `chunk_max`: how much to read ahead when the file is being read from front to back.
  FileWindow(FileSystem& files, std::string path, XorKey key, std::size_t chunk_max = 1 << 20)
      : files_(&files), path_(std::move(path)), key_(key), chunk_max_(chunk_max) {}

  // Plain bytes [offset, offset + size), fewer if the file ends before. Valid until the next call.
  Result<ByteView> at(std::uint64_t offset, std::size_t size);

  // All plain bytes at hand from `offset` on, and at least `size_min` unless the file ends before:
  // for searching, which must not read anything twice.
  Result<ByteView> from(std::uint64_t offset, std::size_t size_min);

  const std::string& path() const { return path_; }
  const XorKey& key() const { return key_; }

 private:
  Result<void> reach(std::uint64_t offset, std::size_t size);
  Result<void> fill(std::uint64_t offset, std::size_t size);

  FileSystem* files_;
  std::string path_;
  XorKey key_;
  std::size_t chunk_max_;
  std::size_t chunk_ = 0;    // read-ahead now: grows while the reading is sequential
  std::uint64_t begin_ = 0;  // file offset of buffer_[0]
  Bytes buffer_;
  bool at_end_ = false;  // the file ended within or at the end of the buffer
};

}  // namespace clew::ingest
