// Lines of a text file that may be gzip-compressed, read piece by piece through the file seam.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace clew::detect {

class TextLines {
 public:
  static constexpr std::size_t kLineMax = std::size_t{64} << 20;  // bytes

  TextLines(std::string path, FileSystem& files);
  ~TextLines();

  // The next line without its end, valid until the next call; false at the end of the file. The
  // error (path and line number) stays: every later call gives it again.
  Result<bool> next(std::string_view& line);
  std::uint64_t line_number() const { return line_; }  // of the line last given, from 1
  const std::string& path() const { return path_; }

 private:
  struct Inflater;
  Result<bool> more();  // appends to text_; false if nothing is left
  Result<bool> inflate_more();
  Error broken(ErrorKind kind, const std::string& what);

  std::string path_;
  FileSystem* files_;
  std::unique_ptr<Inflater> inflater_;  // null for plain text
  std::uint64_t offset_ = 0;            // of the file, to read next
  Bytes chunk_;
  std::size_t chunk_used_ = 0;
  std::string text_;
  std::size_t begin_ = 0;    // of the next line within text_
  std::size_t scanned_ = 0;  // text_ up to here has no further line end
  std::uint64_t line_ = 0;
  bool started_ = false;
  std::optional<Error> failure_;
};

}  // namespace clew::detect
