#include "chain/bitcoin/reader.h"

namespace clew::bitcoin {

bool Reader::refuse(const std::uint8_t* where, std::string reason) {
  if (reason_.empty()) {
    reason_ = "offset " + std::to_string(where - begin_) + ": " + std::move(reason);
  }
  return false;
}

Error Reader::error() const {
  return {ErrorKind::data, reason_};
}

bool Reader::refuse_short(std::size_t wanted, const char* what) {
  return refuse(at_, std::string(what) + " needs " + std::to_string(wanted) + " bytes, only " +
                         std::to_string(remaining()) + " remain");
}

bool Reader::refuse_count(const std::uint8_t* where, std::uint64_t count, const char* what) {
  return refuse(where, std::string(what) + " " + std::to_string(count) +
                           " is more than the remaining " + std::to_string(remaining()) +
                           " bytes can hold");
}

bool Reader::refuse_length(const std::uint8_t* where, std::uint64_t length, const char* what) {
  return refuse(where, std::string(what) + " " + std::to_string(length) +
                           " exceeds the remaining " + std::to_string(remaining()) + " bytes");
}

bool Reader::read_long_compact_size(std::uint64_t& value, const char* what) {
  const std::uint8_t* start = at_;
  const std::uint8_t form = *at_;
  const std::size_t width = form == 0xfd ? 2 : form == 0xfe ? 4 : 8;
  if (remaining() < 1 + width) return refuse_short(1 + width, what);
  ++at_;
  value = 0;
  std::memcpy(&value, at_, width);
  at_ += width;
  const std::uint64_t least = width == 2 ? 0xfd : width == 4 ? 0x10000 : 0x100000000;
  if (value >= least) return true;
  return refuse(start,
                std::string(what) + " " + std::to_string(value) + " is not in its shortest form");
}

}  // namespace clew::bitcoin
