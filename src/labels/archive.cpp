#include "labels/archive.h"

#include <zlib.h>

#include <algorithm>
#include <charconv>

namespace clew::labels {
namespace {

constexpr std::size_t kBlock = 512;  // bytes of a tar block
constexpr std::size_t kChunk = 1 << 18;

struct Inflater {
  z_stream stream{};
  bool ready = false;
  Inflater() { ready = inflateInit2(&stream, 16 + MAX_WBITS) == Z_OK; }
  ~Inflater() {
    if (ready) inflateEnd(&stream);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

std::string_view field(std::string_view header, std::size_t offset, std::size_t size) {
  const auto text = header.substr(offset, size);
  return text.substr(0, std::min(text.find('\0'), text.size()));
}

// Octal digits, perhaps with blanks around them.
std::optional<std::uint64_t> octal(std::string_view text) {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ')
    text.remove_suffix(1);
  std::uint64_t value = 0;
  const auto end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value, 8);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

bool checksum_holds(std::string_view header) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kBlock; ++i)
    sum += i >= 148 && i < 156 ? ' ' : static_cast<std::uint8_t>(header[i]);
  return octal(field(header, 148, 8)) == sum;
}

// The "path" record of a pax header: "27 path=some/long/name\n".
std::optional<std::string> pax_path(std::string_view records) {
  std::optional<std::string> path;
  while (!records.empty()) {
    std::size_t size = 0;
    const auto result = std::from_chars(records.data(), records.data() + records.size(), size);
    const auto digits = static_cast<std::size_t>(result.ptr - records.data());
    if (result.ec != std::errc() || size > records.size() || size < digits + 2) break;
    const auto record = records.substr(digits + 1, size - digits - 2);
    if (record.starts_with("path=")) path = std::string(record.substr(5));
    records.remove_prefix(size);
  }
  return path;
}

}  // namespace

bool is_gzip(std::string_view bytes) {
  return bytes.starts_with("\x1f\x8b");
}

Result<Bytes> gunzip(std::string_view bytes, std::uint64_t size_max) {
  Inflater inflater;
  if (!inflater.ready) return fail(ErrorKind::io, "out of memory");
  auto& stream = inflater.stream;
  Bytes out;
  std::size_t used = 0;
  bool ended = false;
  while (used < bytes.size() || stream.avail_in > 0) {
    if (stream.avail_in == 0) {
      const auto part = std::min<std::size_t>(bytes.size() - used, 1u << 30);
      stream.next_in =
          reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data() + used));  // zlib reads only
      stream.avail_in = static_cast<uInt>(part);
      used += part;
    }
    const auto filled = out.size();
    if (filled >= size_max)
      return fail(ErrorKind::data, "unpacks to more than " + std::to_string(size_max) + " bytes");
    out.resize(filled +
               static_cast<std::size_t>(std::min<std::uint64_t>(kChunk, size_max - filled)));
    stream.next_out = out.data() + filled;
    stream.avail_out = static_cast<uInt>(out.size() - filled);
    const int code = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
    ended = code == Z_STREAM_END;
    if (code != Z_OK && !ended && code != Z_BUF_ERROR)
      return fail(ErrorKind::data,
                  "damaged gzip data near byte " + std::to_string(used - stream.avail_in));
    if (ended && inflateReset(&stream) != Z_OK) return fail(ErrorKind::io, "out of memory");
  }
  if (!ended) return fail(ErrorKind::data, "gzip data ends too early");
  return out;
}

bool is_tar(std::string_view bytes) {
  return bytes.size() >= kBlock && bytes.substr(257, 5) == "ustar" &&
         checksum_holds(bytes.substr(0, kBlock));
}

Result<std::optional<TarMember>> TarReader::next() {
  std::optional<std::string> long_path;
  const auto broken = [&](const char* what) {
    return fail(ErrorKind::data, std::string(what) + " at byte " + std::to_string(offset_));
  };
  while (true) {
    if (offset_ >= bytes_.size()) return std::optional<TarMember>();
    if (bytes_.size() - offset_ < kBlock) return broken("archive ends inside a header");
    const auto header = bytes_.substr(offset_, kBlock);
    if (header.find_first_not_of('\0') == std::string_view::npos) return std::optional<TarMember>();
    if (!checksum_holds(header)) return broken("damaged archive header");
    const auto size = octal(field(header, 124, 12));
    if (!size || *size > bytes_.size() - offset_ - kBlock)
      return broken("archive ends inside a member");
    const auto content = bytes_.substr(offset_ + kBlock, *size);
    offset_ += kBlock + std::min<std::size_t>((*size + kBlock - 1) / kBlock * kBlock,
                                              bytes_.size() - offset_ - kBlock);
    const char type = header[156];
    if (type == 'L') {
      long_path = std::string(content.substr(0, std::min(content.find('\0'), content.size())));
    } else if (type == 'x') {
      if (auto path = pax_path(content)) long_path = std::move(path);
    } else if (type == '0' || type == '\0') {
      const std::string prefix(field(header, 345, 155)), name(field(header, 0, 100));
      auto path = prefix.empty() ? name : prefix + "/" + name;
      return std::optional<TarMember>({long_path ? *std::move(long_path) : path, content});
    } else {
      long_path.reset();  // a folder, a link: its long name goes with it
    }
  }
}

}  // namespace clew::labels
