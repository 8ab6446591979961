#include "ingest/xor_key.h"

#include <algorithm>
#include <cstring>

namespace clew::ingest {

void XorKey::apply(std::uint64_t offset, std::span<std::uint8_t> bytes) const {
  if (none()) return;
  std::array<std::uint8_t, kSize> turned;  // the key as it meets bytes[0], bytes[1], …
  for (std::size_t i = 0; i < kSize; ++i)
    turned[i] = key_[(offset + i) % kSize];
  std::uint64_t word;
  std::memcpy(&word, turned.data(), sizeof word);
  std::uint8_t* at = bytes.data();
  std::uint8_t* const end = at + bytes.size();
  for (; end - at >= static_cast<std::ptrdiff_t>(sizeof word); at += sizeof word) {
    std::uint64_t value;
    std::memcpy(&value, at, sizeof value);
    value ^= word;
    std::memcpy(at, &value, sizeof value);
  }
  for (std::size_t i = 0; at != end; ++at, ++i)
    *at ^= turned[i];
}

std::size_t XorKey::blank_prefix(std::uint64_t offset, ByteView plain) const {
  std::size_t zeros = 0, reserved = 0;
  while (zeros < plain.size() && plain[zeros] == 0)
    ++zeros;
  while (reserved < plain.size() && plain[reserved] == key_[(offset + reserved) % kSize])
    ++reserved;
  return std::max(zeros, reserved);
}

Result<XorKey> read_xor_key(FileSystem& files, const std::string& directory) {
  const std::string path = directory.empty() ? "xor.dat" : directory + "/xor.dat";
  if (!files.exists(path)) return XorKey{};
  Bytes bytes;
  CLEW_CHECK(files.read_at(path, 0, XorKey::kSize + 1, bytes));
  if (bytes.size() != XorKey::kSize) {
    return fail(ErrorKind::data, path + ": a key of 8 bytes is expected, the file has " +
                                     (bytes.size() > XorKey::kSize ? std::string("more")
                                                                   : std::to_string(bytes.size())));
  }
  std::array<std::uint8_t, XorKey::kSize> key;
  std::copy(bytes.begin(), bytes.end(), key.begin());
  return XorKey(key);
}

}  // namespace clew::ingest
