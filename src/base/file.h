// The seam to the file system. Everything that writes the ledger or reads block files goes through
// FileSystem, so that tests can fill the disk, cut the power or flip a bit.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace clew {

// A file being written. Nothing is promised to be on disk before sync() returns.
class OutputFile {
 public:
  virtual ~OutputFile() = default;
  virtual Result<void> write(ByteView bytes) = 0;
  virtual Result<void> sync() = 0;
  virtual Result<void> close() = 0;
};

// A whole file mapped read-only. The mapping outlives a removal or a rename of the file.
class MappedFile {
 public:
  virtual ~MappedFile() = default;
  virtual ByteView bytes() const = 0;
};

// An exclusive advisory lock, released when destroyed or when the process dies.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

// What is written to when a path is.
struct Destination {
  std::string path;         // behind symbolic links
  bool replaceable = true;  // a regular file, or nothing yet; no device, pipe or folder
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual Destination destination(const std::string& path) { return {path}; }
  virtual Result<std::unique_ptr<OutputFile>> create(const std::string& path) = 0;
  virtual Result<std::shared_ptr<const MappedFile>> map(const std::string& path) = 0;
  virtual Result<Bytes> read(const std::string& path) = 0;
  // Bytes [offset, offset + size) into `out` (resized); fewer if the file ends before.
  virtual Result<void> read_at(const std::string& path, std::uint64_t offset, std::size_t size,
                               Bytes& out) = 0;
  virtual Result<std::uint64_t> size(const std::string& path) = 0;
  virtual bool exists(const std::string& path) = 0;
  virtual Result<std::vector<std::string>> list(const std::string& directory) = 0;  // sorted names
  virtual Result<void> make_directories(const std::string& path) = 0;
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  virtual Result<void> remove(const std::string& path) = 0;
  virtual Result<void> sync_directory(const std::string& path) = 0;
  // ErrorKind::busy if another process or object holds it.
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
};

// The operating system's file system; lives for the whole program.
FileSystem& real_files();

// Writes `bytes` to `path` so that after a crash the old or the new content is there, never a mix:
// temporary file, sync, rename, sync of the directory. A symbolic link stays, and what it leads to
// is replaced. A device or a pipe takes the bytes as they come: a rename would put a file in its
// place.
Result<void> write_atomically(FileSystem& files, const std::string& path, ByteView bytes);

}  // namespace clew
