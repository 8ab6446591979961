// The obfuscation of block files since Bitcoin Core 28: byte i of a file is XORed with byte i mod 8
// of the key in `xor.dat` beside it. A key of zeros means none.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/file.h"
#include "base/result.h"

namespace clew::ingest {

class XorKey {
 public:
  static constexpr std::size_t kSize = 8;

  XorKey() = default;
  explicit XorKey(const std::array<std::uint8_t, kSize>& key) : key_(key) {}

  bool none() const { return key_ == std::array<std::uint8_t, kSize>{}; }
  // Bytes that stand at `offset` of the file, in place: from stored to plain, or back.
  void apply(std::uint64_t offset, std::span<std::uint8_t> bytes) const;
  // How many of the plain bytes that start at `offset` are room that a node reserved and never
  // wrote: zeros, or zeros that were reserved without going through the obfuscation.
  std::size_t blank_prefix(std::uint64_t offset, ByteView plain) const;

 private:
  std::array<std::uint8_t, kSize> key_{};
};

// The key of a folder of block files; none if it has no xor.dat. data if that is not 8 bytes.
Result<XorKey> read_xor_key(FileSystem& files, const std::string& directory);

}  // namespace clew::ingest
