#include "base/keccak.h"

#include <cassert>

#include "base/keccak_kernel.h"

namespace clew {
namespace {

using keccak_detail::Kernel;

const Kernel& choose_kernel() {
  return keccak_detail::scalar_kernel();
}

const Kernel& kernel() {
  static const Kernel& chosen = choose_kernel();
  return chosen;
}

}  // namespace

Hash256 keccak256(ByteView message) {
  Hash256 out;
  kernel().digest(message, out.data());
  return out;
}

void keccak256_many(std::span<const ByteView> messages, std::span<Hash256> out) {
  assert(messages.size() == out.size());
  kernel().many(messages.data(), messages.size(), out.data());
}

const char* keccak_kernel() {
  return kernel().name;
}

}  // namespace clew
