// Keccak-256 of eight messages at a time in the lanes of AVX-512 registers, of which there are
// enough for the whole state, with rotations and three-operand logic of one instruction each.
//
// This file is compiled with flags of its own (-mavx512f) and entered only after a look at the
// processor.
#include "base/keccak_kernel.h"

#if defined(__AVX512F__)

#include <immintrin.h>

#include "base/keccak_lanes.h"

namespace clew::keccak_detail {
namespace {

struct Avx512Ops {
  using Word = __m512i;
  static constexpr std::size_t kLanes = 8;

  CLEW_KECCAK_INLINE static Word xor2(Word a, Word b) { return _mm512_xor_si512(a, b); }
  // The last operand is the truth table: a ^ b ^ c, and a ^ (~b & c).
  CLEW_KECCAK_INLINE static Word xor3(Word a, Word b, Word c) {
    return _mm512_ternarylogic_epi64(a, b, c, 0x96);
  }
  CLEW_KECCAK_INLINE static Word chi(Word a, Word b, Word c) {
    return _mm512_ternarylogic_epi64(a, b, c, 0xd2);
  }
  CLEW_KECCAK_INLINE static Word with_constant(Word a, std::uint64_t k) {
    return xor2(a, _mm512_set1_epi64(static_cast<long long>(k)));
  }
  template <int n>
  CLEW_KECCAK_INLINE static Word rotl(Word a) {
    // A mask that hides nothing: the plain form warns of an unset value within g++ 12's header.
    return _mm512_maskz_rol_epi64(0xff, a, n);
  }
  CLEW_KECCAK_INLINE static Word zero_where(Word a, const std::uint64_t* kept) {
    return _mm512_and_si512(a, _mm512_loadu_si512(kept));
  }
  CLEW_KECCAK_INLINE static void load(const std::uint8_t* const* blocks, Word* out) {
    load_eight(blocks, 0, out);
    load_eight(blocks, 8, out + 8);
    out[16] = _mm512_set_epi64(word(blocks[7], 16), word(blocks[6], 16), word(blocks[5], 16),
                               word(blocks[4], 16), word(blocks[3], 16), word(blocks[2], 16),
                               word(blocks[1], 16), word(blocks[0], 16));
  }

 private:
  CLEW_KECCAK_INLINE static long long word(const std::uint8_t* block, std::size_t index) {
    long long value;
    std::memcpy(&value, block + 8 * index, 8);
    return value;
  }
  // Words w to w + 7 of eight blocks, transposed: in squares of two by two, then four, then eight.
  CLEW_KECCAK_INLINE static void load_eight(const std::uint8_t* const* blocks, std::size_t w,
                                            Word* out) {
    Word rows[8], twos[8], fours[8];
#pragma GCC unroll 8
    for (std::size_t i = 0; i < 8; ++i)
      rows[i] = _mm512_loadu_si512(blocks[i] + 8 * w);
#pragma GCC unroll 4
    for (std::size_t i = 0; i < 8; i += 2) {
      twos[i] = __builtin_shufflevector(rows[i], rows[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
      twos[i + 1] = __builtin_shufflevector(rows[i], rows[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
#pragma GCC unroll 4
    for (std::size_t k = 0; k < 4; ++k) {
      const std::size_t i = k + (k & 2);  // 0 1 4 5
      fours[i] = __builtin_shufflevector(twos[i], twos[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      fours[i + 2] = __builtin_shufflevector(twos[i], twos[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
#pragma GCC unroll 4
    for (std::size_t i = 0; i < 4; ++i) {
      out[i] = __builtin_shufflevector(fours[i], fours[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
      out[i + 4] = __builtin_shufflevector(fours[i], fours[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
  }
};

void digest(ByteView message, std::uint8_t* out) {
  std::uint64_t state[kWords] = {};
  finish_with_bmi2(state, message.data(), message.size(), out);
}

void many(const ByteView* messages, std::size_t count, Hash256* out) {
  Batch<Avx512Ops>(messages, count, out).run();
}

}  // namespace

const Kernel* avx512_kernel() {
  static constexpr Kernel kKernel{"avx512", digest, many};
  return &kKernel;
}

}  // namespace clew::keccak_detail

#else

namespace clew::keccak_detail {

const Kernel* avx512_kernel() {
  return nullptr;
}

}  // namespace clew::keccak_detail

#endif
