#include "base/sha256.h"

#include <algorithm>
#include <cassert>

#include "base/sha256_kernel.h"
#include "base/sha256_openssl.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace clew {
namespace {

using sha256_detail::Kernel;

bool processor_has_sha_instructions() {
#if defined(__x86_64__)
  unsigned a = 0, b = 0, c = 0, d = 0;
  const bool sse = __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_SSE4_2) != 0;
  return sse && __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_SHA) != 0;
#else
  return false;
#endif
}

const Kernel& choose_kernel() {
  const Kernel* fast = sha256_detail::sha_ni_kernel();
  return fast != nullptr && processor_has_sha_instructions() ? *fast
                                                             : sha256_detail::openssl_kernel();
}

const Kernel& kernel() {
  static const Kernel& chosen = choose_kernel();
  return chosen;
}

bool has_equal_neighbours(std::span<const Hash256> level) {
  for (std::size_t i = 0; i + 1 < level.size(); i += 2) {
    if (level[i] == level[i + 1]) return true;
  }
  return false;
}

}  // namespace

Hash256 sha256(ByteView message) {
  Hash256 out;
  kernel().digest(message, out.data());
  return out;
}

Hash256 double_sha256(ByteView message) {
  Hash256 out;
  kernel().double_many(&message, 1, &out);
  return out;
}

Hash160 hash160(ByteView message) {
  const Hash256 inner = sha256(message);
  Hash160 out;
  sha256_detail::ripemd160(inner, out.data());
  return out;
}

void double_sha256_many(std::span<const ByteView> messages, std::span<Hash256> out) {
  assert(messages.size() == out.size());
  kernel().double_many(messages.data(), messages.size(), out.data());
}

Hash256 merkle_root(std::vector<Hash256>& level, bool* mutated) {
  bool repeated = false;
  while (level.size() > 1) {
    // Looked for before the odd one out is doubled: only a pair that was given is suspicious.
    repeated = repeated || has_equal_neighbours(level);
    if (level.size() % 2 != 0) level.push_back(level.back());
    const std::size_t pairs = level.size() / 2;
    kernel().double_pairs(level.front().data(), pairs, level.front().data());
    level.resize(pairs);
  }
  if (mutated != nullptr) *mutated = repeated;
  return level.empty() ? Hash256{} : level.front();
}

const char* sha256_kernel() {
  return kernel().name;
}

}  // namespace clew
