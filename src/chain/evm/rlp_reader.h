// A cursor over RLP (Ethereum yellow paper, appendix B) that accepts the one canonical form only
// and never leaves the list it is in. The first read that cannot be satisfied records why and
// where; callers pass `false` up and turn it into an error once.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "base/u256.h"

namespace clew::evm {

class RlpReader {
 public:
  // Lists within lists that are followed; Ethereum's own structures need seven.
  static constexpr std::size_t kDepthMax = 32;

  explicit RlpReader(ByteView raw)
      : begin_(raw.data()), at_(raw.data()), end_(raw.data() + raw.size()) {}

  const std::uint8_t* at() const { return at_; }
  std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }
  // Whether the list that is open (or the input) has another item.
  bool more() const { return at_ != end_; }
  bool next_is_list() const { return at_ != end_ && *at_ >= 0xc0; }
  std::size_t depth() const { return depth_; }

  // In all that follows `what` names the field in the error.
  // Goes into a list; close() goes back out, and refuses if items are left over.
  bool open(const char* what);
  // Goes into a byte string that holds items itself, as a typed transaction in a block does.
  bool open_bytes(const char* what);
  bool close(const char* what);
  // Nothing may follow the last item of the input.
  bool finish(const char* what);

  bool read_bytes(ByteView& value, const char* what) {
    // Nearly all strings are short, and read without a call.
    const auto left = static_cast<std::size_t>(end_ - at_);
    if (left > kShortMax && *at_ < kLongString) {
      const bool itself = *at_ < kShortString;
      const std::size_t size = itself ? 1 : *at_ - kShortString;
      const std::uint8_t* payload = itself ? at_ : at_ + 1;
      if (itself || size != 1 || *payload >= kShortString) {
        value = {payload, size};
        at_ = payload + size;
        return true;
      }
    }
    return read_any_bytes(value, what);
  }
  // A byte string of exactly value.size() bytes.
  template <std::size_t N>
  bool read_array(std::array<std::uint8_t, N>& value, const char* what) {
    ByteView bytes;
    if (!read_exactly(N, bytes, what)) return false;
    std::memcpy(value.data(), bytes.data(), N);
    return true;
  }
  bool read_exactly(std::size_t size, ByteView& value, const char* what) {
    const std::uint8_t* start = at_;
    if (!read_bytes(value, what)) return false;
    return value.size() == size || refuse_size(start, size, value.size(), what);
  }
  // Integers have no leading zero; zero is the empty string.
  bool read_u64(std::uint64_t& value, const char* what);
  bool read_u256(U256& value, const char* what);
  // An integer of at most `size_max` bytes, big-endian.
  bool read_integer(std::size_t size_max, ByteView& digits, const char* what);
  // A string or list with its prefix. What is inside a list is not looked at.
  bool read_item(ByteView& whole, const char* what);
  // One byte that is no item: the type before the list of a typed transaction.
  bool read_raw_byte(std::uint8_t& value, const char* what);
  // All that is left of the open list or string, which may be nothing, without looking at it.
  ByteView rest();

  // Records the reason against the byte at `where`; always false.
  bool refuse(const std::uint8_t* where, std::string reason, ErrorKind kind = ErrorKind::data);
  // "offset 12: ...": of the first refusal.
  Error error() const;

 private:
  struct Prefix {
    bool is_list;
    const std::uint8_t* payload;
    std::size_t size;
  };
  // Payloads longer than this have the length of their length in the prefix.
  static constexpr std::size_t kShortMax = 55;
  static constexpr std::uint8_t kShortString = 0x80, kLongString = 0xb8;

  bool read_any_bytes(ByteView& value, const char* what);
  bool refuse_size(const std::uint8_t* where, std::size_t wanted, std::size_t size,
                   const char* what);
  bool read_prefix(Prefix& prefix, const char* what);
  bool read_long_size(Prefix& prefix, std::size_t size_bytes, const char* what);
  bool enter(const Prefix& prefix, const char* what);

  const std::uint8_t* begin_;
  const std::uint8_t* at_;
  const std::uint8_t* end_;  // of the innermost open list
  std::array<const std::uint8_t*, kDepthMax> ends_{};
  std::size_t depth_ = 0;
  std::string reason_;
  ErrorKind kind_ = ErrorKind::data;
};

}  // namespace clew::evm
