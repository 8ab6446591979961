// Keccak-256 of four messages at a time in the lanes of AVX2 registers.
//
// This file is compiled with flags of its own (-mavx2) and entered only after a look at the
// processor.
#include "base/keccak_kernel.h"

#if defined(__AVX2__)

#include <immintrin.h>

#include "base/keccak_lanes.h"

namespace clew::keccak_detail {
namespace {

struct Avx2Ops {
  using Word = __m256i;
  static constexpr std::size_t kLanes = 4;

  CLEW_KECCAK_INLINE static Word xor2(Word a, Word b) { return _mm256_xor_si256(a, b); }
  CLEW_KECCAK_INLINE static Word xor3(Word a, Word b, Word c) { return xor2(xor2(a, b), c); }
  CLEW_KECCAK_INLINE static Word chi(Word a, Word b, Word c) {
    return xor2(a, _mm256_andnot_si256(b, c));
  }
  CLEW_KECCAK_INLINE static Word with_constant(Word a, std::uint64_t k) {
    return xor2(a, _mm256_set1_epi64x(static_cast<long long>(k)));
  }
  template <int n>
  CLEW_KECCAK_INLINE static Word rotl(Word a) {
    if constexpr (n == 0) return a;
    if constexpr (n == 8) return _mm256_shuffle_epi8(a, bytes_of_words(0x0605040302010007));
    if constexpr (n == 56) return _mm256_shuffle_epi8(a, bytes_of_words(0x0007060504030201));
    // Fewer units shift than add.
    const Word left = n == 1 ? _mm256_add_epi64(a, a) : _mm256_slli_epi64(a, n);
    return _mm256_or_si256(left, _mm256_srli_epi64(a, (64 - n) & 63));
  }
  CLEW_KECCAK_INLINE static Word zero_where(Word a, const std::uint64_t* kept) {
    return _mm256_and_si256(a, _mm256_loadu_si256(reinterpret_cast<const Word*>(kept)));
  }
  CLEW_KECCAK_INLINE static void load(const std::uint8_t* const* blocks, Word* out) {
#pragma GCC unroll 4
    for (std::size_t w = 0; w < 16; w += 4)
      load_four(blocks, w, out + w);
    out[16] = _mm256_set_epi64x(word(blocks[3], 16), word(blocks[2], 16), word(blocks[1], 16),
                                word(blocks[0], 16));
  }

 private:
  // The order of bytes given for one 64-bit word, for both words of both halves.
  CLEW_KECCAK_INLINE static Word bytes_of_words(long long order) {
    return _mm256_add_epi64(_mm256_set1_epi64x(order),
                            _mm256_set_epi64x(0x0808080808080808, 0, 0x0808080808080808, 0));
  }
  CLEW_KECCAK_INLINE static long long word(const std::uint8_t* block, std::size_t index) {
    long long value;
    std::memcpy(&value, block + 8 * index, 8);
    return value;
  }
  CLEW_KECCAK_INLINE static Word row(const std::uint8_t* block, std::size_t index) {
    return _mm256_loadu_si256(reinterpret_cast<const Word*>(block + 8 * index));
  }
  // Words w to w + 3 of four blocks, transposed.
  CLEW_KECCAK_INLINE static void load_four(const std::uint8_t* const* blocks, std::size_t w,
                                           Word* out) {
    const Word r0 = row(blocks[0], w), r1 = row(blocks[1], w);
    const Word r2 = row(blocks[2], w), r3 = row(blocks[3], w);
    const Word even01 = _mm256_unpacklo_epi64(r0, r1), odd01 = _mm256_unpackhi_epi64(r0, r1);
    const Word even23 = _mm256_unpacklo_epi64(r2, r3), odd23 = _mm256_unpackhi_epi64(r2, r3);
    out[0] = _mm256_permute2x128_si256(even01, even23, 0x20);
    out[1] = _mm256_permute2x128_si256(odd01, odd23, 0x20);
    out[2] = _mm256_permute2x128_si256(even01, even23, 0x31);
    out[3] = _mm256_permute2x128_si256(odd01, odd23, 0x31);
  }
};

void digest(ByteView message, std::uint8_t* out) {
  std::uint64_t state[kWords] = {};
  finish_with_bmi2(state, message.data(), message.size(), out);
}

void many(const ByteView* messages, std::size_t count, Hash256* out) {
  Batch<Avx2Ops>(messages, count, out).run();
}

}  // namespace

const Kernel* avx2_kernel() {
  static constexpr Kernel kKernel{"avx2", digest, many};
  return &kKernel;
}

}  // namespace clew::keccak_detail

#else

namespace clew::keccak_detail {

const Kernel* avx2_kernel() {
  return nullptr;
}

}  // namespace clew::keccak_detail

#endif
