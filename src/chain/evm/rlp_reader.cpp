#include "chain/evm/rlp_reader.h"

namespace clew::evm {

bool RlpReader::read_prefix(Prefix& prefix, const char* what) {
  if (at_ == end_) return refuse(at_, std::string("no ") + what + ": its list ends here");
  const std::uint8_t first = *at_;
  if (first < 0x80) {  // a byte that stands for itself
    prefix = {false, at_, 1};
    return true;
  }
  const bool is_list = first >= 0xc0;
  const std::size_t code = first - (is_list ? 0xc0u : 0x80u);
  prefix = {is_list, at_ + 1, code};
  if (code > kShortMax && !read_long_size(prefix, code - kShortMax, what)) return false;
  const auto left = static_cast<std::size_t>(end_ - prefix.payload);
  if (prefix.size > left) {
    return refuse(at_, std::string(what) + ": " + std::to_string(prefix.size) +
                           " bytes announced, " + std::to_string(left) + " left");
  }
  if (!is_list && prefix.size == 1 && *prefix.payload < 0x80) {
    return refuse(at_, std::string(what) + ": a byte below 128 with a prefix");
  }
  return true;
}

bool RlpReader::read_long_size(Prefix& prefix, std::size_t size_bytes, const char* what) {
  if (static_cast<std::size_t>(end_ - prefix.payload) < size_bytes) {
    return refuse(at_, std::string(what) + ": its length is cut off");
  }
  if (*prefix.payload == 0) {
    return refuse(at_, std::string(what) + ": its length begins with a zero");
  }
  prefix.size = 0;
  for (std::size_t i = 0; i < size_bytes; ++i) {
    prefix.size = prefix.size << 8 | *prefix.payload++;
  }
  if (prefix.size > kShortMax) return true;
  return refuse(
      at_, std::string(what) + ": the long form for " + std::to_string(prefix.size) + " bytes");
}

bool RlpReader::enter(const Prefix& prefix, const char* what) {
  if (depth_ == kDepthMax) {
    return refuse(at_, std::string(what) + ": more than " + std::to_string(kDepthMax) +
                           " lists within each other");
  }
  ends_[depth_++] = end_;
  at_ = prefix.payload;
  end_ = prefix.payload + prefix.size;
  return true;
}

bool RlpReader::open(const char* what) {
  Prefix prefix;
  if (!read_prefix(prefix, what)) return false;
  if (!prefix.is_list) return refuse(at_, std::string(what) + ": a string instead of a list");
  return enter(prefix, what);
}

bool RlpReader::open_bytes(const char* what) {
  Prefix prefix;
  if (!read_prefix(prefix, what)) return false;
  if (prefix.is_list) return refuse(at_, std::string(what) + ": a list instead of a string");
  return enter(prefix, what);
}

bool RlpReader::close(const char* what) {
  if (!finish(what)) return false;
  if (depth_ == 0) return refuse(at_, std::string(what) + ": no list is open");
  end_ = ends_[--depth_];
  return true;
}

bool RlpReader::finish(const char* what) {
  if (at_ == end_) return true;
  return refuse(at_, std::string(what) + ": " + std::to_string(end_ - at_) + " bytes left over");
}

bool RlpReader::read_any_bytes(ByteView& value, const char* what) {
  Prefix prefix;
  if (!read_prefix(prefix, what)) return false;
  if (prefix.is_list) return refuse(at_, std::string(what) + ": a list instead of a string");
  value = {prefix.payload, prefix.size};
  at_ = prefix.payload + prefix.size;
  return true;
}

bool RlpReader::refuse_size(const std::uint8_t* where, std::size_t wanted, std::size_t size,
                            const char* what) {
  return refuse(where, std::string(what) + ": " + std::to_string(size) + " bytes instead of " +
                           std::to_string(wanted));
}

bool RlpReader::read_integer(std::size_t size_max, ByteView& digits, const char* what) {
  const std::uint8_t* start = at_;
  if (!read_bytes(digits, what)) return false;
  if (digits.size() > size_max) {
    return refuse(start, std::string(what) + ": an integer of " + std::to_string(digits.size()) +
                             " bytes, at most " + std::to_string(size_max) + " are allowed");
  }
  if (!digits.empty() && digits.front() == 0) {
    return refuse(start, std::string(what) + ": an integer with a leading zero");
  }
  return true;
}

bool RlpReader::read_u64(std::uint64_t& value, const char* what) {
  ByteView digits;
  if (!read_integer(sizeof value, digits, what)) return false;
  value = 0;
  for (const std::uint8_t digit : digits)
    value = value << 8 | digit;
  return true;
}

bool RlpReader::read_u256(U256& value, const char* what) {
  ByteView digits;
  if (!read_integer(32, digits, what)) return false;
  value = *U256::from_big_endian(digits);
  return true;
}

bool RlpReader::read_item(ByteView& whole, const char* what) {
  Prefix prefix;
  if (!read_prefix(prefix, what)) return false;
  const std::uint8_t* start = at_;
  at_ = prefix.payload + prefix.size;
  whole = {start, at_};
  return true;
}

bool RlpReader::read_raw_byte(std::uint8_t& value, const char* what) {
  if (at_ == end_) return refuse(at_, std::string("no ") + what + ": the bytes end here");
  value = *at_++;
  return true;
}

ByteView RlpReader::rest() {
  const ByteView rest{at_, end_};
  at_ = end_;
  return rest;
}

bool RlpReader::refuse(const std::uint8_t* where, std::string reason, ErrorKind kind) {
  if (reason_.empty()) {
    reason_ = "offset " + std::to_string(where - begin_) + ": " + std::move(reason);
    kind_ = kind;
  }
  return false;
}

Error RlpReader::error() const {
  return {kind_, reason_};
}

}  // namespace clew::evm
