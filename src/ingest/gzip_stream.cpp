// Unpacks gzip (RFC 1952, any number of members) and can go back: the state of the unpacker is kept
// every now and then, so that reading lines again in another order does not start over each time.
#include <zlib.h>

#include <algorithm>

#include "ingest/file_window.h"
#include "ingest/text_file.h"

namespace clew::ingest {
namespace {

constexpr std::size_t kInputChunk = 256 << 10;
constexpr std::size_t kOutputStep = 1 << 20;
constexpr std::size_t kCheckpointsMax = 64;  // of about 40 kB each

class Inflater {
 public:
  Inflater() = default;
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { end(); }

  bool start() {
    end();
    stream_ = {};
    return live_ = inflateInit2(&stream_, 16 + MAX_WBITS) == Z_OK;
  }
  bool copy_of(Inflater& other) {
    end();
    return live_ = inflateCopy(&stream_, &other.stream_) == Z_OK;
  }
  z_stream& get() { return stream_; }

 private:
  void end() {
    if (live_) inflateEnd(&stream_);
    live_ = false;
  }
  z_stream stream_{};
  bool live_ = false;
};

struct Checkpoint {
  std::uint64_t packed = 0, unpacked = 0;
  std::unique_ptr<Inflater> state;
};

class GzipStream final : public TextFile::Stream {
 public:
  GzipStream(FileSystem& files, const std::string& path) : window_(files, path, {}, kInputChunk) {}

  Result<ByteView> from(std::uint64_t offset, std::size_t size_min) override;
  std::uint64_t position() const override { return packed_; }

 private:
  Result<void> restart(std::uint64_t offset);
  Result<void> unpack_more();
  Result<void> inflate_some(ByteView input);
  Result<void> next_member();
  Result<void> keep_checkpoint();
  std::uint64_t end() const { return begin_ + buffer_.size(); }

  FileWindow window_;
  std::unique_ptr<Inflater> state_;
  std::uint64_t packed_ = 0;  // consumed of the file
  std::uint64_t begin_ = 0;   // place of buffer_[0] in the text
  Bytes buffer_;
  bool finished_ = false;
  std::optional<Error> failure_;  // what comes before it can still be had
  std::uint64_t spacing_ = 16 << 20;
  std::vector<Checkpoint> checkpoints_;  // in order of place
};

tl::unexpected<Error> damaged(const std::string& what, std::uint64_t packed) {
  return fail(ErrorKind::data, "gzip: " + what + " at byte " + std::to_string(packed));
}

Result<ByteView> GzipStream::from(std::uint64_t offset, std::size_t size_min) {
  if (!state_ || offset < begin_) CLEW_CHECK(restart(offset));
  while (end() < offset + size_min && !finished_) {
    // What lies before is not needed; moving the rest costs less than what is unpacked next.
    const auto stale = static_cast<std::size_t>(std::min(offset, end()) - begin_);
    if (stale > 0 && stale >= buffer_.size() / 2) {
      buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(stale));
      begin_ += stale;
    }
    auto unpacked = failure_ ? Result<void>(fail(*failure_)) : unpack_more();
    if (!unpacked) {
      failure_ = std::move(unpacked).error();
      if (end() < offset + size_min) return fail(*failure_);
    }
  }
  if (offset >= end()) return ByteView{};
  return ByteView(buffer_).subspan(static_cast<std::size_t>(offset - begin_));
}

// Goes back to the nearest kept state at or before `offset`.
Result<void> GzipStream::restart(std::uint64_t offset) {
  auto state = std::make_unique<Inflater>();
  const auto after = std::upper_bound(
      checkpoints_.begin(), checkpoints_.end(), offset,
      [](std::uint64_t at, const Checkpoint& point) { return at < point.unpacked; });
  const bool kept = after != checkpoints_.begin();
  if (!(kept ? state->copy_of(*(after - 1)->state) : state->start()))
    return fail(ErrorKind::io, "gzip: no memory");
  packed_ = kept ? (after - 1)->packed : 0;
  begin_ = kept ? (after - 1)->unpacked : 0;
  state_ = std::move(state);
  buffer_.clear();
  finished_ = false;
  failure_.reset();
  return {};
}

Result<void> GzipStream::unpack_more() {
  CLEW_CHECK(keep_checkpoint());
  CLEW_TRY(input, window_.from(packed_, 1));
  if (input.empty()) return damaged("cut off", packed_);
  return inflate_some(input.first(std::min(input.size(), kInputChunk)));
}

Result<void> GzipStream::inflate_some(ByteView input) {
  auto& stream = state_->get();
  const std::size_t before = buffer_.size();
  buffer_.resize(before + kOutputStep);
  stream.next_in = const_cast<Bytef*>(input.data());  // zlib does not write to it
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = buffer_.data() + before;
  stream.avail_out = static_cast<uInt>(kOutputStep);
  const int code = inflate(&stream, Z_NO_FLUSH);
  packed_ += input.size() - stream.avail_in;
  buffer_.resize(before + kOutputStep - stream.avail_out);
  if (code == Z_STREAM_END) return next_member();
  if (code != Z_OK && code != Z_BUF_ERROR)
    return damaged(stream.msg != nullptr ? stream.msg : "damaged data", packed_);
  return {};
}

// Another member may follow; zeros may pad the end.
Result<void> GzipStream::next_member() {
  CLEW_TRY(head, window_.from(packed_, 2));
  finished_ = head.empty() || head[0] == 0;
  if (finished_) return {};
  if (!looks_like_gzip(head)) return damaged("bytes that are no gzip member", packed_);
  if (!state_->start()) return fail(ErrorKind::io, "gzip: no memory");
  return {};
}

Result<void> GzipStream::keep_checkpoint() {
  const std::uint64_t last = checkpoints_.empty() ? 0 : checkpoints_.back().unpacked;
  if (end() < last + spacing_) return {};
  if (checkpoints_.size() == kCheckpointsMax) {  // every second one will do from now on
    for (std::size_t i = 0; i < kCheckpointsMax / 2; ++i)
      checkpoints_[i] = std::move(checkpoints_[2 * i + 1]);
    checkpoints_.resize(kCheckpointsMax / 2);
    spacing_ *= 2;
    return {};
  }
  auto state = std::make_unique<Inflater>();
  if (!state->copy_of(*state_)) return fail(ErrorKind::io, "gzip: no memory");
  checkpoints_.push_back({packed_, end(), std::move(state)});
  return {};
}

}  // namespace

bool looks_like_gzip(ByteView head) {
  return head.size() >= 2 && head[0] == 0x1f && head[1] == 0x8b;
}

Result<std::unique_ptr<TextFile::Stream>> open_gzip(FileSystem& files, const std::string& path) {
  return std::make_unique<GzipStream>(files, path);
}

}  // namespace clew::ingest
