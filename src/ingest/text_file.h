// A text file, plain or gzip, as a sequence of lines that can also be read again by their place.
// A place is an offset within the unpacked text. Memory stays bounded by the longest line.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace clew::ingest {

struct TextLine {
  std::uint64_t offset = 0;
  std::string_view text;     // without its line end; valid until the next call
  std::uint64_t number = 1;  // of the line in the file
};

class TextFile {
 public:
  // A verbose block of 4 MB has about 50 MB of JSON.
  static constexpr std::size_t kLineMax = 256u << 20;

  // Where the unpacked bytes come from.
  class Stream {
   public:
    virtual ~Stream() = default;
    // All bytes at hand from `offset` on, and at least `size_min` unless the text ends before.
    // Valid until the next call. data, naming the byte of the packed file, if it is damaged.
    virtual Result<ByteView> from(std::uint64_t offset, std::size_t size_min) = 0;
    // Bytes of the file itself that were consumed, for progress.
    virtual std::uint64_t position() const = 0;
  };

  static Result<TextFile> open(FileSystem& files, const std::string& path);

  // The next line that is not blank, or nothing at the end. A file whose first line is a lone brace
  // or bracket is one line as a whole: JSON that was printed over many lines.
  Result<std::optional<TextLine>> next();
  // What next() gave at `offset` with that size.
  Result<std::string_view> read(std::uint64_t offset, std::size_t size);
  std::uint64_t position() const { return stream_->position(); }
  // Where the next line starts, or, after an error, the one that could not be had.
  std::uint64_t place() const { return at_; }

 private:
  explicit TextFile(std::unique_ptr<Stream> stream) : stream_(std::move(stream)) {}
  Result<std::optional<TextLine>> whole();

  std::unique_ptr<Stream> stream_;
  std::uint64_t at_ = 0;
  std::uint64_t line_ = 0;  // lines read
};

// The two magic bytes of a gzip file (RFC 1952).
bool looks_like_gzip(ByteView head);
// The bytes of a file, unpacked if it is one.
Result<std::unique_ptr<TextFile::Stream>> open_stream(FileSystem& files, const std::string& path);
Result<std::unique_ptr<TextFile::Stream>> open_gzip(FileSystem& files, const std::string& path);

}  // namespace clew::ingest
