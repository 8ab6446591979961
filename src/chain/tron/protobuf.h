// A cursor over a protocol buffer message, field by field, and a writer of the canonical form in
// which TRON hashes: fields in order of number, none that is zero or empty, varints as short as
// can be. https://protobuf.dev/programming-guides/encoding/
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace clew::tron {

struct ProtoField {
  enum class Wire : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

  std::uint32_t number = 0;
  Wire wire = Wire::varint;
  std::uint64_t value = 0;  // of a varint or a fixed number
  ByteView bytes;           // of a string, bytes or a message
};

class ProtoReader {
 public:
  explicit ProtoReader(ByteView message) : message_(message) {}

  // Goes to the next field; false at the end, and where the message is malformed.
  bool next(ProtoField& field);
  // data, with the offset, if the message is malformed or a demand below was not met.
  Result<void> finish() const;

  // The value of a field that has to be of that form. If it is of another, finish() says so, and
  // the value is zero or empty. int64 is what nearly all of TRON's numbers are.
  std::uint64_t number(const ProtoField& field);
  std::int64_t signed_number(const ProtoField& field);
  ByteView bytes(const ProtoField& field);

 private:
  bool read_varint(std::uint64_t& value);
  bool refuse(std::string reason);

  ByteView message_;
  std::size_t at_ = 0;
  std::string reason_;
};

// Adds fields to `out`; what is zero or empty is left out, as proto3 does.
class ProtoWriter {
 public:
  explicit ProtoWriter(Bytes& out) : out_(out) {}

  void number(std::uint32_t field, std::uint64_t value);
  void bytes(std::uint32_t field, ByteView value);
  // One of a list, which may be empty.
  void element(std::uint32_t field, ByteView value);

 private:
  void varint(std::uint64_t value);

  Bytes& out_;
};

}  // namespace clew::tron
