// The seam between the public Keccak functions and the code that computes them.
#pragma once

#include <cstddef>

#include "base/bytes.h"

namespace clew::keccak_detail {

struct Kernel {
  const char* name;
  void (*digest)(ByteView message, std::uint8_t* out);  // 32 bytes
  // out[i] = Keccak-256(messages[i]).
  void (*many)(const ByteView* messages, std::size_t count, Hash256* out);
};

const Kernel& scalar_kernel();

}  // namespace clew::keccak_detail
