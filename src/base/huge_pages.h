// Memory for big tables that are read at random. On pages of 4 KiB most of such a read's time goes
// into address translation; on huge pages, which the operating system grants to memory that asks
// for them, next to none does.
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>
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

// Room for rows, which nobody clears or moves: each is to be written before it is read, and
// forgotten when there must be room for more.
template <class T>
class HugeRoom {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  HugeRoom() = default;
  HugeRoom(const HugeRoom&) = delete;
  HugeRoom& operator=(const HugeRoom&) = delete;
  ~HugeRoom() { HugePages<T>().deallocate(rows_, size_); }

  // For at least so many.
  std::span<T> of(std::size_t count) {
    if (count > size_) {
      HugePages<T>().deallocate(std::exchange(rows_, nullptr), std::exchange(size_, 0));
      rows_ = HugePages<T>().allocate(count);
      size_ = count;
    }
    return {rows_, count};
  }

 private:
  T* rows_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace clew
