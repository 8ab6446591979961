// Keccak-256 as Ethereum uses it: the submission's padding, 0x01, not the 0x06 of SHA-3. One hash
// at a time, or many at once in the lanes of vector registers.
// The kernel is chosen once at start by what the CPU has: eight AVX-512 lanes, four AVX2 lanes, or
// words with or without BMI2. Every function is safe to call from several threads.
// https://keccak.team/files/Keccak-reference-3.0.pdf; Ethereum yellow paper, section 3 and
// appendix B.
#pragma once

#include <span>

#include "base/bytes.h"

namespace clew {

Hash256 keccak256(ByteView message);

// out[i] = keccak256(messages[i]); out.size() must be messages.size(). Any mix of lengths: a lane
// takes the next message when its own has ended. Give hundreds at a time where possible.
void keccak256_many(std::span<const ByteView> messages, std::span<Hash256> out);

// Name of the kernel in use: "avx512", "avx2", "bmi2" or "scalar".
const char* keccak_kernel();

}  // namespace clew
