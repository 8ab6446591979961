#include "ingest/text_file.h"

#include <algorithm>

#include "ingest/file_window.h"

namespace clew::ingest {
namespace {

constexpr std::size_t kChunk = 1 << 20;

class PlainStream final : public TextFile::Stream {
 public:
  PlainStream(FileSystem& files, const std::string& path) : window_(files, path, {}, kChunk) {}
  Result<ByteView> from(std::uint64_t offset, std::size_t size_min) override {
    position_ = offset;
    return window_.from(offset, size_min);
  }
  std::uint64_t position() const override { return position_; }

 private:
  FileWindow window_;
  std::uint64_t position_ = 0;
};

std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

Error too_long() {
  return {ErrorKind::data, "a line is longer than " + std::to_string(TextFile::kLineMax) +
                               " bytes; the rest of the file is not read"};
}

}  // namespace

Result<std::unique_ptr<TextFile::Stream>> open_stream(FileSystem& files, const std::string& path) {
  Bytes head;
  CLEW_CHECK(files.read_at(path, 0, 2, head));
  if (looks_like_gzip(head)) return open_gzip(files, path);
  return std::make_unique<PlainStream>(files, path);
}

Result<TextFile> TextFile::open(FileSystem& files, const std::string& path) {
  CLEW_TRY(stream, open_stream(files, path));
  return TextFile(std::move(stream));
}

Result<std::optional<TextLine>> TextFile::next() {
  std::size_t searched = 0;
  for (;;) {
    CLEW_TRY(bytes, stream_->from(at_, std::max<std::size_t>(1, 2 * searched)));
    const auto text = as_text(bytes);
    const auto end = text.find('\n', searched);
    if (end == text.npos && text.size() > searched) {
      searched = text.size();
      if (searched > kLineMax) return fail(too_long());
      continue;
    }
    if (text.empty()) return std::nullopt;
    const auto line = text.substr(0, end);
    const auto content = trimmed(line);
    if (at_ == 0 && (content == "{" || content == "[")) return whole();
    const std::uint64_t start = at_;
    at_ += end == text.npos ? text.size() : end + 1;
    ++line_;
    if (!content.empty()) {
      const auto skipped = static_cast<std::uint64_t>(content.data() - text.data());
      return TextLine{start + skipped, content, line_};
    }
    searched = 0;
  }
}

Result<std::optional<TextLine>> TextFile::whole() {
  CLEW_TRY(bytes, stream_->from(0, kLineMax + 1));
  if (bytes.size() > kLineMax) return fail(too_long());
  at_ = bytes.size();
  const auto text = as_text(bytes), content = trimmed(text);
  return TextLine{static_cast<std::uint64_t>(content.data() - text.data()), content};
}

Result<std::string_view> TextFile::read(std::uint64_t offset, std::size_t size) {
  CLEW_TRY(bytes, stream_->from(offset, size));
  if (bytes.size() < size) return fail(ErrorKind::data, "the file is shorter than it was");
  return as_text(bytes.first(size));
}

}  // namespace clew::ingest
