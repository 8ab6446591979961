#include "chain/tron/protobuf.h"

namespace clew::tron {
namespace {

constexpr std::uint64_t kNumberMax = (std::uint64_t{1} << 29) - 1;  // of a field

}  // namespace

bool ProtoReader::refuse(std::string reason) {
  if (reason_.empty()) reason_ = "offset " + std::to_string(at_) + ": " + std::move(reason);
  return false;
}

bool ProtoReader::read_varint(std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (at_ == message_.size()) return refuse("a number is cut off");
    const std::uint8_t byte = message_[at_++];
    if (shift == 63 && byte > 1) return refuse("a number has more than 64 bits");
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return true;
  }
  return refuse("a number has more than 64 bits");
}

bool ProtoReader::next(ProtoField& field) {
  if (!reason_.empty() || at_ == message_.size()) return false;
  std::uint64_t key = 0;
  if (!read_varint(key)) return false;
  if (key >> 3 == 0 || key >> 3 > kNumberMax) return refuse("no field has this number");
  field = {static_cast<std::uint32_t>(key >> 3), static_cast<ProtoField::Wire>(key & 7), 0, {}};
  std::uint64_t size = 0;
  switch (field.wire) {
    case ProtoField::Wire::varint:
      return read_varint(field.value);
    case ProtoField::Wire::fixed64:
    case ProtoField::Wire::fixed32:
      size = field.wire == ProtoField::Wire::fixed64 ? 8 : 4;
      break;
    case ProtoField::Wire::bytes:
      if (!read_varint(size)) return false;
      break;
    default:
      return refuse("field " + std::to_string(field.number) + " is of no known form");
  }
  const std::size_t left = message_.size() - at_;
  if (size > left) {
    return refuse("field " + std::to_string(field.number) + ": " + std::to_string(size) +
                  " bytes announced, " + std::to_string(left) + " left");
  }
  field.bytes = message_.subspan(at_, size);
  at_ += size;
  if (field.wire == ProtoField::Wire::bytes) return true;
  for (std::size_t i = size; i-- > 0;)
    field.value = field.value << 8 | field.bytes[i];
  field.bytes = {};
  return true;
}

Result<void> ProtoReader::finish() const {
  if (!reason_.empty()) return fail(ErrorKind::data, reason_);
  return {};
}

std::uint64_t ProtoReader::number(const ProtoField& field) {
  if (field.wire == ProtoField::Wire::varint) return field.value;
  refuse("field " + std::to_string(field.number) + " is no number");
  return 0;
}

std::int64_t ProtoReader::signed_number(const ProtoField& field) {
  return static_cast<std::int64_t>(number(field));
}

ByteView ProtoReader::bytes(const ProtoField& field) {
  if (field.wire == ProtoField::Wire::bytes) return field.bytes;
  refuse("field " + std::to_string(field.number) + " is not of bytes");
  return {};
}

void ProtoWriter::varint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7)
    out_.push_back(static_cast<std::uint8_t>(value | 0x80));
  out_.push_back(static_cast<std::uint8_t>(value));
}

void ProtoWriter::number(std::uint32_t field, std::uint64_t value) {
  if (value == 0) return;
  varint(std::uint64_t{field} << 3);
  varint(value);
}

void ProtoWriter::bytes(std::uint32_t field, ByteView value) {
  if (!value.empty()) element(field, value);
}

void ProtoWriter::element(std::uint32_t field, ByteView value) {
  varint(std::uint64_t{field} << 3 | static_cast<std::uint64_t>(ProtoField::Wire::bytes));
  varint(value.size());
  out_.insert(out_.end(), value.begin(), value.end());
}

}  // namespace clew::tron
