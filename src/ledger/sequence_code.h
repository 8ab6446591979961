// Input sequence numbers in one byte: nearly all have one of a few values.
#pragma once

#include <array>
#include <cstdint>

namespace clew::ledger {

inline constexpr std::array<std::uint32_t, 6> kSequences = {0xffffffff, 0xfffffffe, 0xfffffffd,
                                                            0,          1,          0xfffffff0};
inline constexpr std::uint8_t kSequenceSpilled = 255;

inline std::uint8_t sequence_code(std::uint32_t sequence) {
  for (std::uint8_t code = 0; code < kSequences.size(); ++code)
    if (kSequences[code] == sequence) return code;
  return kSequenceSpilled;
}
inline std::uint32_t sequence_of_code(std::uint8_t code) {
  return kSequences[code];
}

}  // namespace clew::ledger
