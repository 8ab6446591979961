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

}  // namespace clew::net
