#include "chain/evm/rlp_writer.h"

#include <array>

namespace clew::evm {
namespace {

struct Prefix {
  std::array<std::uint8_t, 9> bytes;
  std::size_t size;
};

// `base` is 0x80 for strings and 0xc0 for lists.
Prefix prefix_of(std::uint8_t base, std::size_t size) {
  if (size <= 55) return {{static_cast<std::uint8_t>(base + size)}, 1};
  std::size_t digits = 1;
  while (digits < sizeof size && size >> (8 * digits) != 0)
    ++digits;
  Prefix prefix{{static_cast<std::uint8_t>(base + 55 + digits)}, 1 + digits};
  for (std::size_t i = 0; i < digits; ++i) {
    prefix.bytes[digits - i] = static_cast<std::uint8_t>(size >> (8 * i));
  }
  return prefix;
}

void append(Bytes& out, const Prefix& prefix) {
  out.insert(out.end(), prefix.bytes.begin(), prefix.bytes.begin() + prefix.size);
}

}  // namespace

void append_string_prefix(Bytes& out, std::size_t size) {
  append(out, prefix_of(0x80, size));
}
void append_list_prefix(Bytes& out, std::size_t size) {
  append(out, prefix_of(0xc0, size));
}

void RlpWriter::close() {
  const std::size_t start = starts_.back();
  starts_.pop_back();
  const Prefix prefix = prefix_of(0xc0, out_.size() - start);
  out_.insert(out_.begin() + static_cast<std::ptrdiff_t>(start), prefix.bytes.begin(),
              prefix.bytes.begin() + prefix.size);
}

void RlpWriter::write_bytes(ByteView value) {
  if (value.size() != 1 || value.front() >= 0x80) append_string_prefix(out_, value.size());
  write_raw(value);
}

std::span<std::uint8_t> RlpWriter::extend_bytes(std::size_t size) {
  append_string_prefix(out_, size);
  out_.resize(out_.size() + size);
  return {out_.data() + out_.size() - size, size};
}

void RlpWriter::shorten_small_byte(std::size_t size) {
  if (size == 1 && out_.back() < 0x80) out_.erase(out_.end() - 2);
}

void RlpWriter::write_digits(ByteView digits) {
  while (!digits.empty() && digits.front() == 0)
    digits = digits.subspan(1);
  write_bytes(digits);
}

void RlpWriter::write_u64(std::uint64_t value) {
  std::array<std::uint8_t, sizeof value> digits;
  for (std::size_t i = 0; i < sizeof value; ++i) {
    digits[sizeof value - 1 - i] = static_cast<std::uint8_t>(value >> (8 * i));
  }
  write_digits(digits);
}

void RlpWriter::write_u256(const U256& value) {
  write_digits(value.to_big_endian());
}

}  // namespace clew::evm
