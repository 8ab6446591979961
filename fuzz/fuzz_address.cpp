// Addresses from hostile text: decoding never fails badly, and what decodes has one canonical text.
#include <cstdlib>

#include "base/base58.h"
#include "chain/bitcoin/bech32.h"
#include "chain/bitcoin/script.h"

namespace {

using namespace clew;
using namespace clew::bitcoin;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_on(const ChainParams& chain, std::string_view text) {
  const auto address = decode_address(text, chain);
  if (!address) return;
  const auto canonical = encode(*address, chain);
  require(decode_address(canonical, chain) == address);
  require(encode(*decode_address(canonical, chain), chain) == canonical);
  const auto script = output_script(*address);
  if (address->kind == AddressKind::multisig) {
    require(script.empty());
    return;
  }
  const auto info = classify(script);
  require(info.has_address && info.address == *address);
}

// Random text never has a right checksum: the input as a payload gets one.
void check_made(const ChainParams& chain, ByteView data) {
  if (data.empty()) return;
  const auto kind = static_cast<AddressKind>(1 + data[0] % 7);
  auto payload = data.subspan(1);
  const std::size_t size = payload_size(kind);
  if (size == 0) {
    if (payload.size() < 3 || payload.size() > 41) return;
    if (payload[0] == 0 || payload[0] > 16 || (payload[0] == 1 && payload.size() == 33)) return;
  } else {
    if (payload.size() < size) return;
    payload = payload.first(size);
  }
  const Address address(kind, payload);
  require(decode_address(encode(address, chain), chain) == address);
}

}  // namespace

// The first byte chooses the chain: trying all of them on each input would cost most executions.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto& chain = all_chains()[data[0] % all_chains().size()];
  const auto bytes = ByteView(data, size).subspan(1);
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  check_on(chain, text);
  check_made(chain, bytes);
  if (const auto payload = base58check_decode(text)) require(base58check_encode(*payload) == text);
  if (bytes.size() <= 100) {
    const auto back = base58check_decode(base58check_encode(bytes));
    require(back && *back == Bytes(bytes.begin(), bytes.end()));
  }
  if (const auto content = decode_bech32(text)) {
    const auto again = decode_bech32(encode_bech32(*content));
    require(again && again->values == content->values && again->form == content->form);
  }
  return 0;
}
