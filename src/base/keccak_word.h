// Keccak-256 in 64-bit words of the CPU, for one message at a time.
//
// Everything is in an unnamed namespace on purpose: two files compile this text with different
// flags, and the linker must not take one's code for the other's.
#pragma once

#include <cstring>

#include "base/bytes.h"
#include "base/keccak_round.h"

namespace clew::keccak_detail {
namespace {

struct WordOps {
  using Word = std::uint64_t;
  CLEW_KECCAK_INLINE static Word xor2(Word a, Word b) { return a ^ b; }
  CLEW_KECCAK_INLINE static Word xor3(Word a, Word b, Word c) { return a ^ b ^ c; }
  CLEW_KECCAK_INLINE static Word chi(Word a, Word b, Word c) { return a ^ (~b & c); }
  CLEW_KECCAK_INLINE static Word with_constant(Word a, std::uint64_t k) { return a ^ k; }
  template <int n>
  CLEW_KECCAK_INLINE static Word rotl(Word a) {
    return (a << n) | (a >> ((64 - n) & 63));
  }
};

void absorb(std::uint64_t* state, const std::uint8_t* block) {
  for (std::size_t i = 0; i < kRateWords; ++i) {
    std::uint64_t word;
    std::memcpy(&word, block + 8 * i, 8);
    state[i] ^= word;
  }
  permute<WordOps>(state);
}

void finish(std::uint64_t* state, const std::uint8_t* next, std::size_t left, std::uint8_t* out) {
  for (; left >= kRate; left -= kRate, next += kRate)
    absorb(state, next);
  std::uint8_t end[kRate] = {};
  if (left != 0) std::memcpy(end, next, left);
  end[left] = 0x01;
  end[kRate - 1] |= 0x80;
  absorb(state, end);
  std::memcpy(out, state, kDigest);
}

void digest(ByteView message, std::uint8_t* out) {
  std::uint64_t state[kWords] = {};
  finish(state, message.data(), message.size(), out);
}

void many(const ByteView* messages, std::size_t count, Hash256* out) {
  for (std::size_t i = 0; i < count; ++i)
    digest(messages[i], out[i].data());
}

}  // namespace
}  // namespace clew::keccak_detail
