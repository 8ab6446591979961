#include "graph/huge_array.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>

#include "base/huge_pages.h"

namespace clew::graph {

Result<void*> map_pages(std::size_t bytes) {
  if (bytes == 0) return nullptr;
  void* pages = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (pages == MAP_FAILED)
    return fail(ErrorKind::io, "cannot get " + std::to_string(bytes) +
                                   " bytes of memory: " + std::strerror(errno));
  advise_huge_pages(pages, bytes);
  return pages;
}

void unmap_pages(void* pages, std::size_t bytes) noexcept {
  if (pages != nullptr) ::munmap(pages, bytes);
}

}  // namespace clew::graph
