// Keccak-f[1600] over any kind of word, so that all kernels share one text of it: a 64-bit word
// for one message, a vector of 64-bit words for one message a lane.
//
// Ops tells what to do with a Word: xor2(a, b), xor3(a, b, c), rotl<n>(a),
// chi(a, b, c) = a ^ (~b & c), and with_constant(a, k) = a ^ k. Each kernel keeps its Ops in an
// unnamed namespace: their files are compiled with different flags, so the linker must not share
// code between them.
//
// Every function is inlined and every index constant, so that the arrays dissolve into registers.
#pragma once

#include <cstddef>
#include <cstdint>

#define CLEW_KECCAK_INLINE inline __attribute__((always_inline))

namespace clew::keccak_detail {

constexpr std::size_t kRate = 136;  // bytes that a block feeds in
constexpr std::size_t kRateWords = kRate / 8;
constexpr std::size_t kWords = 25;
constexpr std::size_t kDigest = 32;
constexpr int kRounds = 24;

// Reference, section 1.2: the constants of iota.
inline constexpr std::uint64_t kIota[kRounds] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};

// One row of the new state: rotations of five words that theta has gone over, then chi.
template <class Ops, int k0, int k1, int k2, int k3, int k4, class Word>
CLEW_KECCAK_INLINE void rotate_and_mix(Word w0, Word w1, Word w2, Word w3, Word w4, Word* row) {
  const Word b0 = Ops::template rotl<k0>(w0);
  const Word b1 = Ops::template rotl<k1>(w1);
  const Word b2 = Ops::template rotl<k2>(w2);
  const Word b3 = Ops::template rotl<k3>(w3);
  const Word b4 = Ops::template rotl<k4>(w4);
  row[0] = Ops::chi(b0, b1, b2);
  row[1] = Ops::chi(b1, b2, b3);
  row[2] = Ops::chi(b2, b3, b4);
  row[3] = Ops::chi(b3, b4, b0);
  row[4] = Ops::chi(b4, b0, b1);
}

template <class Ops, class Word>
CLEW_KECCAK_INLINE Word parity(const Word* a, int column) {
  return Ops::xor3(Ops::xor3(a[column], a[column + 5], a[column + 10]), a[column + 15],
                   a[column + 20]);
}

// `a` to `e`, which must be another array. Rows of `e` are what pi brings together from `a`.
template <class Ops, class Word>
CLEW_KECCAK_INLINE void keccak_round(const Word* a, Word* e, std::uint64_t iota) {
  const Word c0 = parity<Ops>(a, 0), c1 = parity<Ops>(a, 1), c2 = parity<Ops>(a, 2);
  const Word c3 = parity<Ops>(a, 3), c4 = parity<Ops>(a, 4);
  const Word d0 = Ops::xor2(c4, Ops::template rotl<1>(c1));
  const Word d1 = Ops::xor2(c0, Ops::template rotl<1>(c2));
  const Word d2 = Ops::xor2(c1, Ops::template rotl<1>(c3));
  const Word d3 = Ops::xor2(c2, Ops::template rotl<1>(c4));
  const Word d4 = Ops::xor2(c3, Ops::template rotl<1>(c0));
  const auto mixed = [](Word word, Word d) __attribute__((always_inline)) {
    return Ops::xor2(word, d);
  };
  rotate_and_mix<Ops, 0, 44, 43, 21, 14>(mixed(a[0], d0), mixed(a[6], d1), mixed(a[12], d2),
                                         mixed(a[18], d3), mixed(a[24], d4), e);
  e[0] = Ops::with_constant(e[0], iota);
  rotate_and_mix<Ops, 28, 20, 3, 45, 61>(mixed(a[3], d3), mixed(a[9], d4), mixed(a[10], d0),
                                         mixed(a[16], d1), mixed(a[22], d2), e + 5);
  rotate_and_mix<Ops, 1, 6, 25, 8, 18>(mixed(a[1], d1), mixed(a[7], d2), mixed(a[13], d3),
                                       mixed(a[19], d4), mixed(a[20], d0), e + 10);
  rotate_and_mix<Ops, 27, 36, 10, 15, 56>(mixed(a[4], d4), mixed(a[5], d0), mixed(a[11], d1),
                                          mixed(a[17], d2), mixed(a[23], d3), e + 15);
  rotate_and_mix<Ops, 62, 55, 39, 41, 2>(mixed(a[2], d2), mixed(a[8], d3), mixed(a[14], d4),
                                         mixed(a[15], d0), mixed(a[21], d1), e + 20);
}

template <class Ops, class Word>
CLEW_KECCAK_INLINE void permute(Word* state) {
  Word a[kWords], e[kWords];
#pragma GCC unroll 25
  for (std::size_t i = 0; i < kWords; ++i)
    a[i] = state[i];
  for (int round = 0; round < kRounds; round += 2) {
    keccak_round<Ops>(a, e, kIota[round]);
    keccak_round<Ops>(e, a, kIota[round + 1]);
  }
#pragma GCC unroll 25
  for (std::size_t i = 0; i < kWords; ++i)
    state[i] = a[i];
}

}  // namespace clew::keccak_detail
