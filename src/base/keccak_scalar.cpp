// Keccak-256 for any CPU.
#include "base/keccak_kernel.h"
#include "base/keccak_word.h"

namespace clew::keccak_detail {

const Kernel& scalar_kernel() {
  static constexpr Kernel kKernel{"scalar", digest, many};
  return kKernel;
}

}  // namespace clew::keccak_detail
