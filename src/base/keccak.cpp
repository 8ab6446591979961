#include "base/keccak.h"

#include <cassert>

#include "base/keccak_kernel.h"

namespace clew {
namespace {

using keccak_detail::Kernel;

#if defined(__x86_64__)
// These look at what the operating system saves of the registers too.
bool processor_has_bmi2() {
  return __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}
bool processor_has_avx2() {
  return processor_has_bmi2() && __builtin_cpu_supports("avx2");
}
bool processor_has_avx512() {
  return processor_has_bmi2() && __builtin_cpu_supports("avx512f");
}
#else
bool processor_has_bmi2() {
  return false;
}
bool processor_has_avx2() {
  return false;
}
bool processor_has_avx512() {
  return false;
}
#endif

const Kernel& kernel() {
  static const Kernel& chosen = *keccak_detail::usable_kernels().back();
  return chosen;
}

}  // namespace

std::span<const Kernel* const> keccak_detail::usable_kernels() {
  static const std::vector<const Kernel*> usable = [] {
    std::vector<const Kernel*> all{&scalar_kernel()};
    const auto add_if = [&](bool can_run, const Kernel* kernel) {
      if (can_run && kernel != nullptr) all.push_back(kernel);
    };
    add_if(processor_has_bmi2(), bmi2_kernel());
    add_if(processor_has_avx2(), avx2_kernel());
    add_if(processor_has_avx512(), avx512_kernel());
    return all;
  }();
  return usable;
}

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
