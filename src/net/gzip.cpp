#include "net/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "net/http.h"

namespace clew::net {
namespace {

constexpr std::size_t kStepMin = 64 << 10;

class Inflater {
 public:
  Inflater() { ready_ = inflateInit2(&stream_, 16 + MAX_WBITS) == Z_OK; }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  bool ready() const { return ready_; }
  z_stream& operator*() { return stream_; }
  z_stream* operator->() { return &stream_; }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

uInt clamped(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

}  // namespace

Result<std::string> gunzip(std::string_view packed, std::size_t bytes_max) {
  Inflater inflater;
  if (!inflater.ready()) return fail(ErrorKind::io, "gzip: no memory");
  std::string text;
  std::size_t read = 0, written = 0;
  for (;;) {
    if (written == text.size()) {
      if (written > bytes_max) {
        return fail(ErrorKind::data,
                    "gzip: it unpacks to more than " + std::to_string(bytes_max) + " bytes");
      }
      // One byte beyond the limit is enough to know that it is passed.
      text.resize(std::min(bytes_max + 1, std::max(2 * written, packed.size() * 4 + kStepMin)));
    }
    const uInt input = clamped(packed.size() - read), output = clamped(text.size() - written);
    inflater->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data() + read));
    inflater->avail_in = input;
    inflater->next_out = reinterpret_cast<Bytef*>(text.data() + written);
    inflater->avail_out = output;
    const int code = inflate(&*inflater, Z_NO_FLUSH);
    read += input - inflater->avail_in;
    written += output - inflater->avail_out;
    if (code == Z_STREAM_END) {
      if (read == packed.size()) break;
      if (inflateReset(&*inflater) != Z_OK) return fail(ErrorKind::io, "gzip: no memory");
      continue;
    }
    if (code == Z_BUF_ERROR && written == text.size()) continue;
    if (code == Z_BUF_ERROR) return fail(ErrorKind::data, "gzip: cut off");
    if (code != Z_OK) return fail(ErrorKind::data, "gzip: damaged");
  }
  if (written > bytes_max) {
    return fail(ErrorKind::data,
                "gzip: it unpacks to more than " + std::to_string(bytes_max) + " bytes");
  }
  text.resize(written);
  text.reserve(written + kBodySlack);
  return text;
}

Result<std::string> gzip(std::string_view text) {
  constexpr int kMemoryLevel = 8;  // zlib's own choice
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, kMemoryLevel,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    return fail(ErrorKind::io, "gzip: no memory");
  std::string packed(deflateBound(&stream, text.size()), 0);
  std::size_t read = 0, written = 0;
  int code = Z_OK;
  while (code == Z_OK) {
    const uInt input = clamped(text.size() - read), output = clamped(packed.size() - written);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data() + read));
    stream.avail_in = input;
    stream.next_out = reinterpret_cast<Bytef*>(packed.data() + written);
    stream.avail_out = output;
    code = deflate(&stream, read + input == text.size() ? Z_FINISH : Z_NO_FLUSH);
    read += input - stream.avail_in;
    written += output - stream.avail_out;
  }
  deflateEnd(&stream);
  if (code != Z_STREAM_END) return fail(ErrorKind::io, "gzip: it does not end");
  packed.resize(written);
  return packed;
}

}  // namespace clew::net
