// Scripts and witnesses from hostile bytes: every reader ends, and readers agree with each other.
#include <algorithm>
#include <cstdlib>

#include "chain/bitcoin/script.h"

namespace {

using namespace clew;
using namespace clew::bitcoin;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_output(ByteView script) {
  const auto info = classify(script);
  require(*name(info.type) != '\0');
  require(info.has_address == (info.address.size != 0));
  if (info.has_address && info.type != ScriptType::multisig) {
    const auto paid = output_script(info.address);
    if (info.type != ScriptType::p2pk) require(paid == Bytes(script.begin(), script.end()));
    require(classify(paid).address == info.address);
  }
  const auto multisig = parse_multisig(script);
  require(multisig.has_value() == (info.type == ScriptType::multisig));
  if (multisig) {
    const auto total = static_cast<int>(multisig->keys.size());
    require(multisig->required >= 1 && multisig->required <= total && total <= 20);
  }
  if (const auto pushes = parse_pushes(script)) require(pushes->size() <= script.size());
}

// Splits the input into an unlocking script and a witness by lengths taken from it.
void check_input(ByteView data) {
  std::vector<ByteView> parts;
  while (!data.empty() && parts.size() < 8) {
    const std::size_t size = std::min<std::size_t>(data[0], data.size() - 1);
    parts.push_back(data.subspan(1, size));
    data = data.subspan(1 + size);
  }
  if (parts.empty()) return;
  const std::span<const ByteView> witness(parts.data() + 1, parts.size() - 1);
  const auto check = [](const std::optional<Address>& address) {
    if (!address) return;
    const auto info = classify(output_script(*address));
    require(info.has_address && info.address == *address);
  };
  check(revealed_address(parts[0], witness));
  check(revealed_address({}, witness));
  check(revealed_address(parts[0], {}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_output({data, size});
  check_input({data, size});
  return 0;
}
