// A text file written line by line through the file system's seam.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace clew::simulate {

class TextFile {
 public:
  static Result<TextFile> create(FileSystem& files, const std::string& path) {
    CLEW_TRY(file, files.create(path));
    return TextFile(std::move(file));
  }
  // Keeps the line in memory until flush_if_due() or close(); adds the line's end.
  void add(std::string_view line) { text_.append(line).push_back('\n'); }
  Result<void> flush_if_due() { return text_.size() < (1u << 18) ? Result<void>{} : flush(); }
  Result<void> close() {
    CLEW_CHECK(flush());
    return file_->close();
  }

 private:
  explicit TextFile(std::unique_ptr<OutputFile> file) : file_(std::move(file)) {}
  Result<void> flush() {
    CLEW_CHECK(file_->write(as_bytes(text_)));
    text_.clear();
    return {};
  }

  std::unique_ptr<OutputFile> file_;
  std::string text_;
};

}  // namespace clew::simulate
