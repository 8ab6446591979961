// Keccak-256 in 64-bit words of the CPU, for one message at a time.
#include <bit>

#include "base/keccak_kernel.h"
#include "base/keccak_round.h"

namespace clew::keccak_detail {
namespace {

struct WordOps {
  using Word = std::uint64_t;
  static Word xor2(Word a, Word b) { return a ^ b; }
  static Word xor3(Word a, Word b, Word c) { return a ^ b ^ c; }
  static Word chi(Word a, Word b, Word c) { return a ^ (~b & c); }
  static Word with_constant(Word a, std::uint64_t k) { return a ^ k; }
  template <int n>
  static Word rotl(Word a) {
    return std::rotl(a, n);
  }
};

void absorb(std::uint64_t* state, const std::uint8_t* block) {
  for (std::size_t i = 0; i < kRateWords; ++i)
    state[i] ^= load_le<std::uint64_t>(block + 8 * i);
  permute<WordOps>(state);
}

void digest(ByteView message, std::uint8_t* out) {
  std::uint64_t state[kWords] = {};
  const std::uint8_t* next = message.data();
  std::size_t left = message.size();
  for (; left >= kRate; left -= kRate, next += kRate)
    absorb(state, next);
  std::uint8_t end[kRate] = {};
  if (left != 0) std::memcpy(end, next, left);
  end[left] = 0x01;
  end[kRate - 1] |= 0x80;
  absorb(state, end);
  std::memcpy(out, state, kDigest);
}

void many(const ByteView* messages, std::size_t count, Hash256* out) {
  for (std::size_t i = 0; i < count; ++i)
    digest(messages[i], out[i].data());
}

}  // namespace

const Kernel& scalar_kernel() {
  static constexpr Kernel kKernel{"scalar", digest, many};
  return kKernel;
}

}  // namespace clew::keccak_detail
