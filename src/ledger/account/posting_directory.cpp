#include "ledger/account/posting_directory.h"

#include <algorithm>
#include <bit>

namespace clew::account {

namespace {

constexpr std::uint64_t kPerRange = 8;  // addresses, on average

}  // namespace

unsigned directory_shift(std::uint64_t below, std::uint64_t count) {
  const auto length = below * kPerRange / std::max<std::uint64_t>(count, 1);
  return static_cast<unsigned>(std::bit_width(std::max<std::uint64_t>(length, 1)) - 1);
}

std::vector<std::uint32_t> build_directory(std::span<const AddressId> ascending,
                                           std::uint64_t below) {
  std::vector<std::uint32_t> directory;
  if (ascending.empty()) return directory;
  const auto shift = directory_shift(below, ascending.size());
  directory.reserve((below >> shift) + 2);
  std::uint32_t row = 0;
  for (std::uint64_t range = 0; range <= below >> shift; ++range) {
    while (row < ascending.size() && ascending[row] >> shift < range)
      ++row;
    directory.push_back(row);
  }
  directory.push_back(static_cast<std::uint32_t>(ascending.size()));
  return directory;
}

}  // namespace clew::account
