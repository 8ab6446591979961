#include "ingest/simulate/block_files.h"

#include <cstdio>

namespace clew::simulate {
namespace {

constexpr std::size_t kWriteSize = 1u << 20;

}  // namespace

BlockFiles::BlockFiles(FileSystem& files, std::string directory, const BlockFileOptions& options,
                       std::uint64_t seed)
    : files_(&files), directory_(std::move(directory)), options_(options), order_(seed) {}

Result<BlockFiles> BlockFiles::create(FileSystem& files, std::string directory,
                                      const BlockFileOptions& options, std::uint64_t seed) {
  CLEW_CHECK(write_atomically(files, directory + "/xor.dat", options.key));
  return BlockFiles(files, std::move(directory), options, seed);
}

Result<void> BlockFiles::add(Bytes block) {
  waiting_.push_back(std::move(block));
  if (waiting_.size() < options_.window) return {};
  // Mostly in order: a node asks for blocks in order, and some peers are slow.
  const std::size_t chosen = order_.percent(80) ? 0 : order_.below(waiting_.size());
  const Bytes next = std::move(waiting_[chosen]);
  waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(chosen));
  return write_record(next);
}

Result<void> BlockFiles::finish() {
  for (const Bytes& block : waiting_)
    CLEW_CHECK(write_record(block));
  waiting_.clear();
  CLEW_CHECK(flush());
  if (!file_) return {};
  if (options_.preallocation != 0 && position_ % options_.preallocation != 0) {
    const Bytes zeros(options_.preallocation - position_ % options_.preallocation);
    CLEW_CHECK(file_->write(zeros));
    bytes_total_ += zeros.size();
  }
  return file_->close();
}

Result<void> BlockFiles::next_file() {
  CLEW_CHECK(flush());
  if (file_) CLEW_CHECK(file_->close());
  char name[32];
  std::snprintf(name, sizeof name, "/blk%05u.dat", files_started_++);
  CLEW_TRY(file, files_->create(directory_ + name));
  file_ = std::move(file);
  position_ = 0;
  return {};
}

Result<void> BlockFiles::flush() {
  if (pending_.empty()) return {};
  std::uint8_t key[8];
  for (std::size_t i = 0; i < 8; ++i)
    key[i] = options_.key[(position_ + i) % 8];
  for (std::size_t i = 0; i < pending_.size(); ++i)
    pending_[i] ^= key[i % 8];
  CLEW_CHECK(file_->write(pending_));
  position_ += pending_.size();
  bytes_total_ += pending_.size();
  pending_.clear();
  return {};
}

Result<void> BlockFiles::write_record(const Bytes& block) {
  const std::uint64_t end = position_ + pending_.size() + 8 + block.size();
  if (!file_ || end > options_.file_bytes_max) CLEW_CHECK(next_file());
  append_le(pending_, options_.magic);
  append_le(pending_, static_cast<std::uint32_t>(block.size()));
  pending_.insert(pending_.end(), block.begin(), block.end());
  return pending_.size() < kWriteSize ? Result<void>{} : flush();
}

}  // namespace clew::simulate
