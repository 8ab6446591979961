#include "chain/evm/rlp_writer.h"

#include <array>
#include <bit>

namespace clew::evm {
namespace {

// Payloads longer than this have the length of their length in the prefix.
constexpr std::size_t kShortMax = 55;

// Digits of `size` to the base 256.
std::size_t digits_of(std::size_t size) {
  return (static_cast<std::size_t>(std::bit_width(size)) + 7) / 8;
}

std::size_t prefix_size(std::size_t size) {
  return size <= kShortMax ? 1 : 1 + digits_of(size);
}

// `base` is 0x80 for strings and 0xc0 for lists.
void put_prefix(std::uint8_t* to, std::uint8_t base, std::size_t size) {
  if (size <= kShortMax) {
    *to = static_cast<std::uint8_t>(base + size);
    return;
  }
  const std::size_t digits = digits_of(size);
  *to = static_cast<std::uint8_t>(base + kShortMax + digits);
  for (std::size_t i = 0; i < digits; ++i)
    to[digits - i] = static_cast<std::uint8_t>(size >> (8 * i));
}

std::uint8_t* extend(Bytes& out, std::size_t size) {
  out.resize(out.size() + size);
  return out.data() + out.size() - size;
}

void append_prefix(Bytes& out, std::uint8_t base, std::size_t size) {
  put_prefix(extend(out, prefix_size(size)), base, size);
}

}  // namespace

void append_string_prefix(Bytes& out, std::size_t size) {
  append_prefix(out, 0x80, size);
}
void append_list_prefix(Bytes& out, std::size_t size) {
  append_prefix(out, 0xc0, size);
}

void RlpWriter::open_as(std::uint8_t base, std::size_t size_expected) {
  const std::size_t size = prefix_size(size_expected);
  const Open open{out_.size(), static_cast<std::uint8_t>(size), base};
  if (depth_ < shallow_.size()) {
    shallow_[depth_] = open;
  } else {
    deep_.push_back(open);
  }
  ++depth_;
  extend(out_, size);
}

RlpWriter::Open RlpWriter::leave() {
  if (--depth_ < shallow_.size()) return shallow_[depth_];
  const Open open = deep_.back();
  deep_.pop_back();
  return open;
}

void RlpWriter::close() {
  const Open open = leave();
  const auto prefix = out_.begin() + static_cast<std::ptrdiff_t>(open.start);
  const std::size_t size = out_.size() - open.start - open.prefix_size;
  const std::size_t needed = prefix_size(size);
  if (needed > open.prefix_size) {
    out_.insert(prefix, needed - open.prefix_size, 0);
  } else if (needed < open.prefix_size) {
    out_.erase(prefix, prefix + static_cast<std::ptrdiff_t>(open.prefix_size - needed));
  }
  put_prefix(out_.data() + open.start, open.base, size);
}

void RlpWriter::write_bytes(ByteView value) {
  if (value.size() == 1 && value.front() < kStringBase) {
    out_.push_back(value.front());
    return;
  }
  const std::span<std::uint8_t> to = extend_bytes(value.size());
  if (!value.empty()) std::memcpy(to.data(), value.data(), value.size());
}

std::span<std::uint8_t> RlpWriter::extend_bytes(std::size_t size) {
  const std::size_t prefix = prefix_size(size);
  std::uint8_t* const to = extend(out_, prefix + size);
  put_prefix(to, kStringBase, size);
  return {to + prefix, size};
}

void RlpWriter::shorten_small_byte(std::size_t size) {
  if (size != 1 || out_.back() >= kStringBase) return;
  out_[out_.size() - 2] = out_.back();
  out_.pop_back();
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
