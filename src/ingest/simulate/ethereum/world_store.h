// The blocks of a world on disk, chain/blocks.dat and chain/index.dat: written one after the other,
// read at random. Format: docs/formats/simulated-ethereum.md.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "ingest/simulate/ethereum/block_maker.h"
#include "ingest/simulate/ethereum/record.h"

namespace clew::simulate::ethereum {

// Where a block is, and what it is. Branch 0 is the best chain.
struct IndexEntry {
  std::uint64_t offset = 0, size = 0;  // in blocks.dat
  std::uint64_t number = 0;
  std::uint32_t branch = 0;
  std::uint32_t transactions = 0;
  Hash256 hash{};
};

class StoreWriter {
 public:
  static Result<StoreWriter> create(FileSystem& files, const std::string& directory);
  Result<void> add(const MadeBlock& block, std::uint32_t branch);
  Result<void> finish();
  std::uint64_t bytes_written() const { return offset_; }

 private:
  StoreWriter(FileSystem& files, std::string directory, std::unique_ptr<OutputFile> blocks)
      : files_(&files), directory_(std::move(directory)), blocks_(std::move(blocks)) {}

  FileSystem* files_;
  std::string directory_;
  std::unique_ptr<OutputFile> blocks_;
  std::uint64_t offset_ = 0;
  Bytes index_;
};

// Safe to read from several threads.
class Store {
 public:
  // `directory` is a world's chain/. data or io with the file and reason.
  static Result<Store> open(FileSystem& files, const std::string& directory);

  // Of the best chain, by number from 0 on.
  std::span<const IndexEntry> chain() const { return chain_; }
  // Of branch 1, 2, ..., in order of number.
  std::span<const IndexEntry> branch(std::uint32_t number) const { return branches_[number - 1]; }
  std::uint32_t branches() const { return static_cast<std::uint32_t>(branches_.size()); }

  // Views the store.
  Result<void> read(const IndexEntry& entry, StoredBlock& out) const;

 private:
  Result<void> add(const IndexEntry& entry);

  std::shared_ptr<const MappedFile> blocks_;
  std::vector<IndexEntry> chain_;
  std::vector<std::vector<IndexEntry>> branches_;
};

}  // namespace clew::simulate::ethereum
