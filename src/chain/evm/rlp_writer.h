// Writes RLP (Ethereum yellow paper, appendix B) at the end of a byte sequence.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/u256.h"

namespace clew::evm {

class RlpWriter {
 public:
  explicit RlpWriter(Bytes& out) : out_(out) {}

  // A list holds what is written until its close().
  void open() { starts_.push_back(out_.size()); }
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
  void write_empty_list() { out_.push_back(0xc0); }

 private:
  void write_digits(ByteView digits);

  Bytes& out_;
  std::vector<std::size_t> starts_;  // of the open lists' payloads
};

// Appends the prefix of a string (but not of a single byte below 128) or list of `size` bytes.
void append_string_prefix(Bytes& out, std::size_t size);
void append_list_prefix(Bytes& out, std::size_t size);

}  // namespace clew::evm
