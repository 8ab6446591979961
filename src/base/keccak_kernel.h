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
// The others are null if this build lacks them, and must be entered only where the CPU has what
// their names say; "avx2" and "avx512" need "bmi2" besides.
const Kernel* bmi2_kernel();
const Kernel* avx2_kernel();
const Kernel* avx512_kernel();

// The kernels that this CPU can run, slowest first.
std::span<const Kernel* const> usable_kernels();

// Feeds `left` bytes and the padding to the 25 words of `state` and writes the digest: the rest of
// a message that has lost its neighbours in other lanes. Part of the "bmi2" kernel.
void finish_with_bmi2(std::uint64_t* state, const std::uint8_t* next, std::size_t left,
                      std::uint8_t* out);

}  // namespace clew::keccak_detail
