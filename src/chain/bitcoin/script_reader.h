// Walks over the operations of a script.
#pragma once

#include "base/bytes.h"

namespace clew::bitcoin {

enum Opcode : std::uint8_t {
  op_0 = 0x00,
  op_pushdata1 = 0x4c,
  op_pushdata2 = 0x4d,
  op_pushdata4 = 0x4e,
  op_1negate = 0x4f,
  op_reserved = 0x50,
  op_1 = 0x51,
  op_16 = 0x60,
  op_verif = 0x65,
  op_vernotif = 0x66,
  op_return = 0x6a,
  op_dup = 0x76,
  op_equal = 0x87,
  op_equalverify = 0x88,
  op_hash160 = 0xa9,
  op_checksig = 0xac,
  op_checksigverify = 0xad,
  op_checkmultisig = 0xae,
  op_checkmultisigverify = 0xaf,
  op_last_known = 0xb9,
};

class ScriptReader {
 public:
  explicit ScriptReader(ByteView script) : rest_(script) {}

  // Reads one operation; false at the end, and where a push is cut off: then at_end() is false.
  bool next() {
    if (rest_.empty()) return false;
    opcode = rest_[0];
    data = {};
    const std::size_t length_size =
        opcode < op_pushdata1 || opcode > op_pushdata4 ? 0 : 1U << (opcode - op_pushdata1);
    if (rest_.size() < 1 + length_size) return false;
    std::size_t size = opcode < op_pushdata1 ? opcode : 0;
    for (std::size_t i = 0; i < length_size; ++i)
      size |= static_cast<std::size_t>(rest_[1 + i]) << (8 * i);
    if (rest_.size() - 1 - length_size < size) return false;
    data = rest_.subspan(1 + length_size, size);
    rest_ = rest_.subspan(1 + length_size + size);
    return true;
  }
  bool at_end() const { return rest_.empty(); }

  std::uint8_t opcode = 0;
  ByteView data;  // of a push by length; numbers pushed by their opcode have none

 private:
  ByteView rest_;
};

// A public key by its length and first byte; whether it is on the curve is not asked.
inline bool looks_like_key(ByteView bytes) {
  if (bytes.size() == 33) return bytes[0] == 2 || bytes[0] == 3;
  return bytes.size() == 65 && (bytes[0] == 4 || bytes[0] == 6 || bytes[0] == 7);
}

}  // namespace clew::bitcoin
