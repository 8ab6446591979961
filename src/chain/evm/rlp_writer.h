// Writes RLP (Ethereum yellow paper, appendix B) at the end of a byte sequence.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/u256.h"

namespace clew::evm {

class RlpWriter {
 public:
  explicit RlpWriter(Bytes& out) : out_(out) {}

  // A list holds what is written until its close(). Room is left for the prefix of `size_expected`
  // bytes; only if that of the real size is of another length, what was written moves.
  void open(std::size_t size_expected = 0) { open_as(kListBase, size_expected); }
  // The same for a byte string that holds an item itself, of two bytes at least, as that of a typed
  // transaction in a block does.
  void open_bytes(std::size_t size_expected = 0) { open_as(kStringBase, size_expected); }
  void close();

  void write_bytes(ByteView value);
  // A string of `size` bytes that the caller fills in. One that turns out to be a single byte below
  // 128 is then to be told to shorten_small_byte(), which does nothing for any other.
  std::span<std::uint8_t> extend_bytes(std::size_t size);
  void shorten_small_byte(std::size_t size);
  void write_u64(std::uint64_t value);
  void write_u256(const U256& value);
  // Bytes that are RLP already, or no item at all, as the type of a typed transaction.
  void write_raw(ByteView raw) { out_.insert(out_.end(), raw.begin(), raw.end()); }
  void write_empty_list() { out_.push_back(kListBase); }

 private:
  static constexpr std::uint8_t kStringBase = 0x80, kListBase = 0xc0;

  struct Open {
    std::size_t start;  // of the prefix
    std::uint8_t prefix_size;
    std::uint8_t base;
  };
  void open_as(std::uint8_t base, std::size_t size_expected);
  Open leave();
  void write_digits(ByteView digits);

  Bytes& out_;
  // What is open, the outermost first. Few structures are deeper than the first eight.
  std::array<Open, 8> shallow_;
  std::vector<Open> deep_;
  std::size_t depth_ = 0;
};

// Appends the prefix of a string (but not of a single byte below 128) or list of `size` bytes.
void append_string_prefix(Bytes& out, std::size_t size);
void append_list_prefix(Bytes& out, std::size_t size);

}  // namespace clew::evm
