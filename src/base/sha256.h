// SHA-256 as Bitcoin uses it: double hashes of many messages at once, and Merkle roots.
// The kernel is chosen once at start: two interleaved SHA-NI lanes where the CPU has them,
// otherwise OpenSSL. Every function is safe to call from several threads.
#pragma once

#include <span>

#include "base/bytes.h"

namespace clew {

Hash256 sha256(ByteView message);
Hash256 double_sha256(ByteView message);
Hash160 hash160(ByteView message);  // RIPEMD-160 of SHA-256

// out[i] = SHA-256(SHA-256(messages[i])); out.size() must be messages.size().
void double_sha256_many(std::span<const ByteView> messages, std::span<Hash256> out);

// The Merkle root of `level`, which is overwritten and may grow by one. An empty level gives zero.
// `mutated`, if given, tells whether two equal neighbours were hashed at some level, which lets
// two different blocks have one root (CVE-2012-2459).
Hash256 merkle_root(std::vector<Hash256>& level, bool* mutated = nullptr);

// Name of the kernel in use: "sha-ni" or "openssl".
const char* sha256_kernel();

}  // namespace clew
