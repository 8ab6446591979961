#include "ingest/file_window.h"

#include <algorithm>

namespace clew::ingest {
namespace {

constexpr std::size_t kChunkMin = 4096;

}  // namespace

Result<ByteView> FileWindow::at(std::uint64_t offset, std::size_t size) {
  CLEW_TRY(rest, from(offset, size));
  return rest.first(std::min(size, rest.size()));
}

Result<ByteView> FileWindow::from(std::uint64_t offset, std::size_t size_min) {
  CLEW_CHECK(reach(offset, size_min));
  return ByteView(buffer_).subspan(static_cast<std::size_t>(offset - begin_));
}

// Afterwards `offset` is within the buffer or at its end.
Result<void> FileWindow::reach(std::uint64_t offset, std::size_t size) {
  const std::uint64_t end = begin_ + buffer_.size();
  const bool starts_inside = offset >= begin_ && offset <= end;
  if (starts_inside && (end - offset >= size || at_end_)) return {};
  // Small steps forward are worth reading ahead for; a jump is not.
  const bool sequential = offset >= begin_ && offset <= end + chunk_;
  chunk_ = sequential ? std::min(chunk_max_, std::max(kChunkMin, chunk_ * 2)) : kChunkMin;
  return fill(offset, std::max(size, chunk_));
}

Result<void> FileWindow::fill(std::uint64_t offset, std::size_t size) {
  begin_ = offset;
  if (auto read = files_->read_at(path_, offset, size, buffer_); !read) {
    buffer_.clear();
    return read;
  }
  at_end_ = buffer_.size() < size;
  key_.apply(offset, buffer_);
  return {};
}

}  // namespace clew::ingest
