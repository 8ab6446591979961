#include "detect/coinjoin_text.h"

#include <zlib.h>

#include <optional>

namespace clew::detect {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 18;

}  // namespace

struct TextLines::Inflater {
  z_stream stream{};
  bool between_members = false;  // a gzip file may be several, one after the other
  bool ready = false;

  Inflater() { ready = inflateInit2(&stream, 15 + 16) == Z_OK; }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream); }
};

TextLines::TextLines(std::string path, FileSystem& files)
    : path_(std::move(path)), files_(&files) {}
TextLines::~TextLines() = default;

Error TextLines::broken(ErrorKind kind, const std::string& what) {
  failure_ = Error{kind, path_ + ": line " + std::to_string(line_ + 1) + ": " + what};
  return *failure_;
}

Result<bool> TextLines::next(std::string_view& line) {
  if (failure_) return fail(*failure_);
  text_.erase(0, begin_);
  scanned_ -= begin_;
  begin_ = 0;
  for (;;) {
    const std::size_t end = text_.find('\n', scanned_);
    if (end != std::string::npos) {
      begin_ = scanned_ = end + 1;
      line = std::string_view(text_).substr(0, end);
      break;
    }
    scanned_ = text_.size();
    if (text_.size() > kLineMax)
      return fail(broken(ErrorKind::data, "longer than " + std::to_string(kLineMax) + " bytes"));
    CLEW_TRY(grew, more());
    if (grew) continue;
    if (text_.empty()) return false;
    begin_ = text_.size();
    line = text_;
    break;
  }
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  ++line_;
  return true;
}

Result<bool> TextLines::more() {
  if (chunk_used_ == chunk_.size()) {
    if (auto read = files_->read_at(path_, offset_, kChunk, chunk_); !read) {
      failure_ = std::move(read).error();
      return fail(*failure_);
    }
    offset_ += chunk_.size();
    chunk_used_ = 0;
    if (!started_ && chunk_.size() >= 2 && chunk_[0] == 0x1f && chunk_[1] == 0x8b) {
      inflater_ = std::make_unique<Inflater>();
      if (!inflater_->ready) return fail(broken(ErrorKind::io, "cannot start decompression"));
    }
    started_ = true;
  }
  if (inflater_) return inflate_more();
  text_.append(reinterpret_cast<const char*>(chunk_.data()), chunk_.size());
  chunk_used_ = chunk_.size();
  return !chunk_.empty();
}

Result<bool> TextLines::inflate_more() {
  z_stream& stream = inflater_->stream;
  if (chunk_.empty()) {
    if (inflater_->between_members) return false;
    return fail(broken(ErrorKind::data, "the compressed data end too early"));
  }
  if (inflater_->between_members) inflateReset(&stream);
  inflater_->between_members = false;
  const std::size_t before = text_.size();
  text_.resize(before + kChunk);
  stream.next_in = chunk_.data() + chunk_used_;
  stream.avail_in = static_cast<unsigned>(chunk_.size() - chunk_used_);
  stream.next_out = reinterpret_cast<Bytef*>(text_.data() + before);
  stream.avail_out = static_cast<unsigned>(kChunk);
  const int status = inflate(&stream, Z_NO_FLUSH);
  text_.resize(before + kChunk - stream.avail_out);
  chunk_used_ = chunk_.size() - stream.avail_in;
  inflater_->between_members = status == Z_STREAM_END;
  if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
    return fail(broken(ErrorKind::data, "the compressed data are damaged"));
  return true;
}

}  // namespace clew::detect
