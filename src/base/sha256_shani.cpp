// SHA-256 with the SHA extensions of x86, two messages at a time: one SHA256RNDS2 waits four
// cycles for the one before it, so a second, independent message fills the gaps. Two lanes reach
// the throughput of the unit; more run out of the sixteen vector registers.
//
// This file is compiled with flags of its own (-msha -msse4.2) and entered only after a look at
// the processor.
#include "base/sha256_kernel.h"

#if defined(__SHA__) && defined(__SSE4_1__)

#include <immintrin.h>

namespace clew::sha256_detail {
namespace {

// FIPS 180-4, section 4.2.2.
alignas(64) constexpr std::uint32_t kRound[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

constexpr std::size_t kBlock = 64;
constexpr std::size_t kDigest = 32;

#define CLEW_INLINE inline __attribute__((always_inline))

// The eight state words in the order that SHA256RNDS2 wants.
struct State {
  __m128i abef, cdgh;
};

CLEW_INLINE State initial_state() {
  return {_mm_set_epi32(0x6a09e667, static_cast<int>(0xbb67ae85), 0x510e527f,
                        static_cast<int>(0x9b05688c)),
          _mm_set_epi32(0x3c6ef372, static_cast<int>(0xa54ff53a), 0x1f83d9ab, 0x5be0cd19)};
}

CLEW_INLINE __m128i swap_bytes_of_words(__m128i words) {
  return _mm_shuffle_epi8(words, _mm_set_epi64x(0x0c0d0e0f08090a0bULL, 0x0405060700010203ULL));
}

// Feeds one block to each of kLanes states.
template <int kLanes>
CLEW_INLINE void compress(State* states, const std::uint8_t* const* blocks) {
  __m128i abef[kLanes], cdgh[kLanes], schedule[kLanes][4];
  for (int lane = 0; lane < kLanes; ++lane) {
    abef[lane] = states[lane].abef;
    cdgh[lane] = states[lane].cdgh;
    for (int j = 0; j < 4; ++j) {
      const auto* words = reinterpret_cast<const __m128i*>(blocks[lane] + 16 * j);
      schedule[lane][j] = swap_bytes_of_words(_mm_loadu_si128(words));
    }
  }
#pragma GCC unroll 16
  for (int round = 0; round < 16; ++round) {
    const __m128i constants = _mm_load_si128(reinterpret_cast<const __m128i*>(kRound) + round);
#pragma GCC unroll 2
    for (int lane = 0; lane < kLanes; ++lane) {
      __m128i* w = schedule[lane];
      const __m128i sum = _mm_add_epi32(w[round & 3], constants);
      cdgh[lane] = _mm_sha256rnds2_epu32(cdgh[lane], abef[lane], sum);
      if (round < 12) {  // the four words that are due sixteen words later
        const __m128i seven_back = _mm_alignr_epi8(w[(round + 3) & 3], w[(round + 2) & 3], 4);
        const __m128i partial =
            _mm_add_epi32(_mm_sha256msg1_epu32(w[round & 3], w[(round + 1) & 3]), seven_back);
        w[round & 3] = _mm_sha256msg2_epu32(partial, w[(round + 3) & 3]);
      }
      abef[lane] = _mm_sha256rnds2_epu32(abef[lane], cdgh[lane], _mm_shuffle_epi32(sum, 0x0e));
    }
  }
  for (int lane = 0; lane < kLanes; ++lane) {
    states[lane].abef = _mm_add_epi32(states[lane].abef, abef[lane]);
    states[lane].cdgh = _mm_add_epi32(states[lane].cdgh, cdgh[lane]);
  }
}

CLEW_INLINE void store_digest(const State& state, std::uint8_t* out) {
  const __m128i feba = _mm_shuffle_epi32(state.abef, 0x1b);
  const __m128i dchg = _mm_shuffle_epi32(state.cdgh, 0xb1);
  auto* words = reinterpret_cast<__m128i*>(out);
  _mm_storeu_si128(words, swap_bytes_of_words(_mm_blend_epi16(feba, dchg, 0xf0)));
  _mm_storeu_si128(words + 1, swap_bytes_of_words(_mm_alignr_epi8(dchg, feba, 8)));
}

// A message on its way through a lane: its whole blocks, then one or two blocks with its end, the
// padding and its length in bits.
class Lane {
 public:
  void start(ByteView message, std::size_t index) {
    state = initial_state();
    index_ = index;
    next_ = message.data();
    whole_ = message.size() / kBlock;
    const std::size_t rest = message.size() % kBlock;
    tail_ = 0;
    tails_ = rest < kBlock - 8 ? 1 : 2;
    if (rest != 0) std::memcpy(end_, message.data() + whole_ * kBlock, rest);
    end_[rest] = 0x80;
    std::memset(end_ + rest + 1, 0, tails_ * kBlock - rest - 1 - 8);
    const std::uint64_t bits = __builtin_bswap64(std::uint64_t{message.size()} * 8);
    std::memcpy(end_ + tails_ * kBlock - 8, &bits, 8);
  }
  const std::uint8_t* block() const { return whole_ != 0 ? next_ : end_ + tail_ * kBlock; }
  // Blocks that lie one after the other from block() on.
  std::size_t run() const { return whole_ != 0 ? whole_ : tails_ - tail_; }
  void advance(std::size_t blocks) {
    if (whole_ != 0) {
      next_ += blocks * kBlock;
      whole_ -= blocks;
    } else {
      tail_ += blocks;
    }
  }
  bool done() const { return whole_ == 0 && tail_ == tails_; }
  std::size_t index() const { return index_; }

  State state;

 private:
  const std::uint8_t* next_;
  std::size_t whole_, tail_, tails_, index_;
  std::uint8_t end_[2 * kBlock];
};

void finish(Lane& lane) {
  while (!lane.done()) {
    const std::uint8_t* block = lane.block();
    compress<1>(&lane.state, &block);
    lane.advance(1);
  }
}

void digest(ByteView message, std::uint8_t* out) {
  Lane lane;
  lane.start(message, 0);
  finish(lane);
  store_digest(lane.state, out);
}

// Runs both lanes while each has a message; says which lane is left with one, or -1.
int first_hashes(Lane (&lanes)[2], const ByteView* messages, std::size_t count, Hash256* out) {
  lanes[0].start(messages[0], 0);
  lanes[1].start(messages[1], 1);
  std::size_t next = 2;
  for (;;) {
    const std::size_t run = lanes[0].run() < lanes[1].run() ? lanes[0].run() : lanes[1].run();
    State states[2] = {lanes[0].state, lanes[1].state};
    const std::uint8_t* blocks[2] = {lanes[0].block(), lanes[1].block()};
    for (std::size_t i = 0; i < run; ++i) {
      compress<2>(states, blocks);
      blocks[0] += kBlock;
      blocks[1] += kBlock;
    }
    int idle = 0;
    for (int i = 0; i < 2; ++i) {
      lanes[i].state = states[i];
      lanes[i].advance(run);
      if (!lanes[i].done()) continue;
      store_digest(states[i], out[lanes[i].index()].data());
      if (next < count) {
        lanes[i].start(messages[next], next);
        ++next;
      } else {
        idle |= 1 << i;
      }
    }
    if (idle != 0) return idle == 3 ? -1 : 2 - idle;  // lane 0 idle leaves 1, lane 1 leaves 0
  }
}

// A block that holds a 32-byte message whole, padding included.
struct alignas(16) DigestBlock {
  std::uint8_t bytes[kBlock] = {};
  DigestBlock() {
    bytes[kDigest] = 0x80;
    bytes[kBlock - 2] = 1;  // 256 bits
  }
};

template <int kLanes>
CLEW_INLINE void hash_digests_once_more(DigestBlock* blocks, std::uint8_t* out) {
  State states[kLanes];
  const std::uint8_t* at[kLanes];
  for (int i = 0; i < kLanes; ++i) {
    states[i] = initial_state();
    at[i] = blocks[i].bytes;
  }
  compress<kLanes>(states, at);
  for (int i = 0; i < kLanes; ++i)
    store_digest(states[i], out + kDigest * i);
}

void second_hashes(std::size_t count, Hash256* out) {
  DigestBlock blocks[2];
  std::size_t i = 0;
  for (; i + 2 <= count; i += 2) {
    std::memcpy(blocks[0].bytes, out[i].data(), kDigest);
    std::memcpy(blocks[1].bytes, out[i + 1].data(), kDigest);
    hash_digests_once_more<2>(blocks, out[i].data());
  }
  if (i < count) {
    std::memcpy(blocks[0].bytes, out[i].data(), kDigest);
    hash_digests_once_more<1>(blocks, out[i].data());
  }
}

void double_many(const ByteView* messages, std::size_t count, Hash256* out) {
  if (count == 0) return;
  if (count == 1) {
    digest(messages[0], out[0].data());
  } else {
    Lane lanes[2];
    const int left = first_hashes(lanes, messages, count, out);
    if (left >= 0) {
      finish(lanes[left]);
      store_digest(lanes[left].state, out[lanes[left].index()].data());
    }
  }
  second_hashes(count, out);
}

template <int kLanes>
CLEW_INLINE void hash_pairs(const std::uint8_t* pairs, std::uint8_t* out, DigestBlock* blocks) {
  // The second block of every 64-byte message: padding and its length, 512 bits.
  static constexpr std::uint8_t kPadding[kBlock] = {
      0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0,    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0,    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0};
  State states[kLanes];
  const std::uint8_t* at[kLanes];
  for (int i = 0; i < kLanes; ++i) {
    states[i] = initial_state();
    at[i] = pairs + kBlock * i;
  }
  compress<kLanes>(states, at);
  for (int i = 0; i < kLanes; ++i)
    at[i] = kPadding;
  compress<kLanes>(states, at);
  for (int i = 0; i < kLanes; ++i)
    store_digest(states[i], blocks[i].bytes);
  hash_digests_once_more<kLanes>(blocks, out);
}

void double_pairs(const std::uint8_t* pairs, std::size_t count, std::uint8_t* out) {
  DigestBlock blocks[2];
  std::size_t i = 0;
  for (; i + 2 <= count; i += 2)
    hash_pairs<2>(pairs + kBlock * i, out + kDigest * i, blocks);
  if (i < count) hash_pairs<1>(pairs + kBlock * i, out + kDigest * i, blocks);
}

}  // namespace

const Kernel* sha_ni_kernel() {
  static constexpr Kernel kKernel{"sha-ni", digest, double_many, double_pairs};
  return &kKernel;
}

}  // namespace clew::sha256_detail

#else

namespace clew::sha256_detail {

const Kernel* sha_ni_kernel() {
  return nullptr;
}

}  // namespace clew::sha256_detail

#endif
