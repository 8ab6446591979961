// Memory for big tables that are read at random. On pages of 4 KiB most of such a read's time goes
// into address translation; on huge pages, which the operating system grants to memory that asks
// for them, next to none does.
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <new>
#include <vector>

namespace clew {

constexpr std::size_t kHugePage = std::size_t{2} << 20;

// Asks for huge pages behind [memory, memory + bytes), which is a wish: refusal is harmless.
void advise_huge_pages(void* memory, std::size_t bytes) noexcept;

// At least `bytes` of memory that begins on a huge page's border; null if there is none.
void* allocate_huge_pages(std::size_t bytes) noexcept;
void free_huge_pages(void* memory) noexcept;

// Standard allocator: huge pages for what fills at least one, usual memory for the rest.
template <class T>
struct HugePages {
  using value_type = T;
  HugePages() = default;
  template <class U>
  HugePages(const HugePages<U>&) noexcept {}

  T* allocate(std::size_t n) {
    if (n > std::numeric_limits<std::size_t>::max() / 2 / sizeof(T))
      throw std::bad_array_new_length();
    if (n * sizeof(T) < kHugePage) return std::allocator<T>().allocate(n);
    if (auto* memory = allocate_huge_pages(n * sizeof(T))) return static_cast<T*>(memory);
    throw std::bad_alloc();
  }
  void deallocate(T* memory, std::size_t n) noexcept {
    if (n * sizeof(T) < kHugePage)
      std::allocator<T>().deallocate(memory, n);
    else
      free_huge_pages(memory);
  }
  friend bool operator==(const HugePages&, const HugePages&) { return true; }
};

template <class T>
using HugeVector = std::vector<T, HugePages<T>>;

}  // namespace clew
