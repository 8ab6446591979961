// The seam between the public SHA-256 functions and the code that computes them.
#pragma once

#include <cstddef>

#include "base/bytes.h"

namespace clew::sha256_detail {

struct Kernel {
  const char* name;
  void (*digest)(ByteView message, std::uint8_t* out);  // 32 bytes
  // out[i] = SHA-256(SHA-256(messages[i])).
  void (*double_many)(const ByteView* messages, std::size_t count, Hash256* out);
  // out[i] = SHA-256(SHA-256(64 bytes at pairs + 64 i)); `out` may be the start of `pairs`.
  void (*double_pairs)(const std::uint8_t* pairs, std::size_t count, std::uint8_t* out);
};

const Kernel& openssl_kernel();
// Null if this build or this processor lacks the SHA instructions.
const Kernel* sha_ni_kernel();

}  // namespace clew::sha256_detail
