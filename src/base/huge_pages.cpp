#include "base/huge_pages.h"

#include <sys/mman.h>

#include <cstdlib>

namespace clew {

void advise_huge_pages(void* memory, std::size_t bytes) noexcept {
#ifdef MADV_HUGEPAGE
  if (bytes >= kHugePage) ::madvise(memory, bytes, MADV_HUGEPAGE);
#else
  (void)memory, (void)bytes;
#endif
}

void* allocate_huge_pages(std::size_t bytes) noexcept {
  const auto whole = (bytes + kHugePage - 1) / kHugePage * kHugePage;
  auto* memory = std::aligned_alloc(kHugePage, whole);
  if (memory != nullptr) advise_huge_pages(memory, whole);
  return memory;
}

void free_huge_pages(void* memory) noexcept {
  std::free(memory);
}

}  // namespace clew
