#include "base/sha256.h"
#include "chain/bitcoin/block.h"

namespace clew::bitcoin {

Result<Header> decode_header(ByteView raw) {
  if (raw.size() < kHeaderSize) {
    return fail(ErrorKind::data, "offset 0: header needs 80 bytes, only " +
                                     std::to_string(raw.size()) + " are there");
  }
  Header header;
  const std::uint8_t* p = raw.data();
  header.version = load_le<std::int32_t>(p);
  std::memcpy(header.previous.data(), p + 4, 32);
  std::memcpy(header.merkle_root.data(), p + 36, 32);
  header.time = load_le<std::uint32_t>(p + 68);
  header.bits = load_le<std::uint32_t>(p + 72);
  header.nonce = load_le<std::uint32_t>(p + 76);
  return header;
}

Bytes encode_header(const Header& header) {
  Bytes out;
  out.reserve(kHeaderSize);
  append_le(out, header.version);
  out.insert(out.end(), header.previous.begin(), header.previous.end());
  out.insert(out.end(), header.merkle_root.begin(), header.merkle_root.end());
  append_le(out, header.time);
  append_le(out, header.bits);
  append_le(out, header.nonce);
  return out;
}

// Also on chains whose proof of work is another hash.
Hash256 block_hash(ByteView raw_header) {
  return double_sha256(raw_header);
}

}  // namespace clew::bitcoin
