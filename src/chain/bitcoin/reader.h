// A cursor over consensus bytes that never runs past their end. The first read that cannot be
// satisfied records why and where; callers pass `false` up and turn it into an error once.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace clew::bitcoin {

class Reader {
 public:
  explicit Reader(ByteView raw)
      : begin_(raw.data()), at_(raw.data()), end_(raw.data() + raw.size()) {}

  const std::uint8_t* at() const { return at_; }
  std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }
  std::size_t remaining() const { return static_cast<std::size_t>(end_ - at_); }

  // `what` names the field in the error.
  bool skip(std::size_t count, const char* what) {
    if (remaining() < count) [[unlikely]]
      return refuse_short(count, what);
    at_ += count;
    return true;
  }
  template <class T>
  bool read(T& value, const char* what) {
    if (remaining() < sizeof(T)) [[unlikely]]
      return refuse_short(sizeof(T), what);
    value = load_le<T>(at_);
    at_ += sizeof(T);
    return true;
  }
  // Bitcoin Core's rules: the shortest form only.
  bool read_compact_size(std::uint64_t& value, const char* what) {
    if (at_ == end_) [[unlikely]]
      return refuse_short(1, what);
    if (*at_ < 0xfd) [[likely]] {
      value = *at_++;
      return true;
    }
    return read_long_compact_size(value, what);
  }
  // A number of things that take at least `size_min` bytes each, so that the number is bounded by
  // the bytes there are before anything is reserved for it.
  bool read_count(std::uint64_t& count, std::size_t size_min, const char* what) {
    const std::uint8_t* start = at_;
    if (!read_compact_size(count, what)) return false;
    if (count > remaining() / size_min) [[unlikely]]
      return refuse_count(start, count, what);
    return true;
  }
  // A byte string with its length before it.
  bool read_string(ByteView& view, const char* what) {
    const std::uint8_t* start = at_;
    std::uint64_t length = 0;
    if (!read_compact_size(length, what)) return false;
    if (length > remaining()) [[unlikely]]
      return refuse_length(start, length, what);
    view = {at_, static_cast<std::size_t>(length)};
    at_ += length;
    return true;
  }

  // Records the reason against the byte at `where`; always false.
  bool refuse(const std::uint8_t* where, std::string reason);
  // "offset 12: ...": of the first refusal.
  Error error() const;

 private:
  bool read_long_compact_size(std::uint64_t& value, const char* what);
  bool refuse_short(std::size_t wanted, const char* what);
  bool refuse_count(const std::uint8_t* where, std::uint64_t count, const char* what);
  bool refuse_length(const std::uint8_t* where, std::uint64_t length, const char* what);

  const std::uint8_t* begin_;
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  std::string reason_;
};

}  // namespace clew::bitcoin
