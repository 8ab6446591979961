// Output descriptors (BIP 380 to 385) of public keys in hex, turned into scripts here, must lead to
// the addresses that another implementation derived from them.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/sha256.h"
#include "chain/bitcoin/script_test_data.h"

namespace clew::bitcoin {
namespace {

using test::chain;
using test::data_json;

// A descriptor with an extended or a private key needs key derivation, which is no part of this.
struct NeedsDerivation {};

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Bytes pushed(const Bytes& data) {
  return Bytes{static_cast<std::uint8_t>(data.size())} + data;
}

Bytes key_of(std::string_view text) {
  if (text.starts_with('[')) text.remove_prefix(text.find(']') + 1);
  const auto bytes = from_hex(text);
  if (!bytes) throw NeedsDerivation();
  return *bytes;
}

Bytes number(std::size_t n) {
  if (n <= 16) return {static_cast<std::uint8_t>(0x50 + n)};
  return pushed({static_cast<std::uint8_t>(n)});
}

Bytes to_script(AddressKind kind, ByteView payload) {
  return output_script(Address(kind, payload));
}

Bytes multisig_script(std::string_view list, bool sorted) {
  std::vector<std::string_view> parts;
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    parts.push_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  std::vector<Bytes> keys;
  for (std::size_t i = 1; i < parts.size(); ++i)
    keys.push_back(key_of(parts[i]));
  if (sorted) std::ranges::sort(keys);
  Bytes script = number(std::stoul(std::string(parts[0])));
  for (const auto& key : keys)
    script = script + pushed(key);
  return script + number(keys.size()) + Bytes{0xae};
}

Bytes script_of(std::string_view text, const ChainParams& params) {
  const auto open = text.find('(');
  const auto kind = text.substr(0, open);
  const auto inner = text.substr(open + 1, text.rfind(')') - open - 1);
  if (kind == "pk") return pushed(key_of(inner)) + Bytes{0xac};
  if (kind == "pkh") return to_script(AddressKind::p2pkh, hash160(key_of(inner)));
  if (kind == "wpkh") return to_script(AddressKind::p2wpkh, hash160(key_of(inner)));
  if (kind == "sh") return to_script(AddressKind::p2sh, hash160(script_of(inner, params)));
  if (kind == "wsh") return to_script(AddressKind::p2wsh, sha256(script_of(inner, params)));
  if (kind == "multi" || kind == "sortedmulti")
    return multisig_script(inner, kind == "sortedmulti");
  if (kind == "raw") return from_hex(inner).value();
  if (kind == "addr") return output_script(decode_address(inner, params).value());
  ADD_FAILURE() << "unknown descriptor " << text;
  return {};
}

std::vector<Bytes> scripts_of(std::string_view text, const ChainParams& params) {
  text = text.substr(0, text.find('#'));
  if (!text.starts_with("combo(")) return {script_of(text, params)};
  const auto inner = std::string(text.substr(5));
  std::vector<Bytes> scripts{script_of("pk" + inner, params), script_of("pkh" + inner, params)};
  if (scripts[0].size() == 35) {
    scripts.push_back(script_of("wpkh" + inner, params));
    scripts.push_back(script_of("sh(wpkh" + inner + ")", params));
  }
  return scripts;
}

TEST(Descriptors, LeadToTheAddressesDerivedElsewhere) {
  CLEW_NEED_DATA();
  int checked = 0;
  int skipped = 0;
  const auto vectors = data_json("bitcoin/vectors/desc-addresses.json.gz");
  for (const auto& rows : vectors) {
    for (const auto& row : rows) {
      if (!row.contains("addresses")) continue;
      const auto& params = chain(row.value("network", "main"));
      const std::string input = row.at("input");
      std::vector<std::string> addresses;
      try {
        for (const auto& script : scripts_of(input, params))
          addresses.push_back(encode(classify(script).address, params));
      } catch (const NeedsDerivation&) {
        ++skipped;
        continue;
      }
      EXPECT_EQ(addresses, row.at("addresses").get<std::vector<std::string>>()) << input;
      ++checked;
    }
  }
  std::printf("%d descriptors of public keys checked, %d that need derivation not\n", checked,
              skipped);
  EXPECT_GE(checked, 20);
}

}  // namespace
}  // namespace clew::bitcoin
