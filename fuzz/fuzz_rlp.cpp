// RLP of any shape: there is one canonical form, so what is read and written again gives the same
// bytes.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "chain/evm/rlp_reader.h"
#include "chain/evm/rlp_writer.h"

namespace {

using namespace clew;
using namespace clew::evm;

void require(bool holds) {
  if (!holds) std::abort();
}

// An integer where it is one, else a string: the reader has to draw the line where the paper does.
bool copy_string(RlpReader& reader, RlpWriter& writer) {
  const std::uint8_t* const start = reader.at();
  ByteView value;
  if (!reader.read_bytes(value, "string")) return false;
  const bool is_integer = value.size() <= 32 && (value.empty() || value.front() != 0);
  if (!is_integer) {
    writer.write_bytes(value);
    return true;
  }
  RlpReader again({start, reader.at()});
  U256 number;
  require(again.read_u256(number, "integer") && !again.more());
  writer.write_u256(number);
  return true;
}

bool copy_item(RlpReader& reader, RlpWriter& writer) {
  if (!reader.next_is_list()) return copy_string(reader, writer);
  if (!reader.open("list")) return false;
  writer.open();
  while (reader.more()) {
    if (!copy_item(reader, writer)) return false;
  }
  writer.close();
  return reader.close("list");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView raw(data, size);
  RlpReader reader(raw);
  Bytes out;
  RlpWriter writer(out);
  while (reader.more()) {
    if (copy_item(reader, writer)) continue;
    require(!reader.error().message.empty());
    return 0;
  }
  require(reader.offset() == size && reader.depth() == 0);
  require(std::ranges::equal(out, raw));
  return 0;
}
