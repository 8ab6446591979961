// A fixed-size array of zero bytes from the operating system, on huge pages where it grants them:
// random access to gigabytes is bound by address translation otherwise. Memory that is never
// touched costs nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include "base/result.h"

namespace clew::graph {

// Zeroed pages, or an io error that states how much was asked for. `map_pages(0)` is null.
Result<void*> map_pages(std::size_t bytes);
void unmap_pages(void* pages, std::size_t bytes) noexcept;

template <class T>
class HugeArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  static Result<HugeArray> make(std::size_t count) {
    CLEW_TRY(pages, map_pages(count * sizeof(T)));
    HugeArray array;
    array.data_ = static_cast<T*>(pages);
    array.count_ = count;
    return array;
  }
  HugeArray() = default;
  HugeArray(HugeArray&& other) noexcept { swap(other); }
  HugeArray& operator=(HugeArray&& other) noexcept {
    swap(other);
    return *this;
  }
  ~HugeArray() { unmap_pages(data_, count_ * sizeof(T)); }

  std::size_t size() const { return count_; }
  T* data() { return data_; }
  const T* data() const { return data_; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }

 private:
  void swap(HugeArray& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(count_, other.count_);
  }

  T* data_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace clew::graph
