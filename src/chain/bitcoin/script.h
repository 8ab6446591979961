// What scripts tell: the type and the address of an output script, and the address that the
// unlocking script or witness of an input reveals.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "chain/bitcoin/address.h"

namespace clew::bitcoin {

// Values are written to disk; never renumber.
enum class ScriptType : std::uint8_t {
  nonstandard = 0,
  p2pk = 1,
  p2pkh = 2,
  p2sh = 3,
  multisig = 4,
  p2wpkh = 5,
  p2wsh = 6,
  p2tr = 7,
  witness_unknown = 8,
  op_return = 9,
};
const char* name(ScriptType type);  // "p2pkh", …

struct ScriptInfo {
  ScriptType type = ScriptType::nonstandard;
  bool has_address = false;
  Address address;
};
// Never fails: what follows no template is nonstandard. (Hot path: no allocation.)
ScriptInfo classify(ByteView output_script);

// The output script that pays to `address` (P2PKH for AddressKind::p2pkh); empty for multisig.
Bytes output_script(const Address& address);

// Required signatures and public keys of a bare multisig script.
struct Multisig {
  int required = 0;
  std::vector<ByteView> keys;
};
std::optional<Multisig> parse_multisig(ByteView script);

// The data pushes of a script, or nothing if it holds anything but pushes or is cut off.
std::optional<std::vector<ByteView>> parse_pushes(ByteView script);

// The address that spending reveals without knowing the spent output: a public key with its
// signature (P2PKH, P2WPKH), a redeem script (P2SH, also around segwit), a witness script (P2WSH).
// Nothing where it stays hidden: P2PK, bare multisig, and whatever may be taproot (BIP 341). Not
// for coinbase inputs, whose script is free text.
// Signatures are not verified. An output that follows no template, or a witness version without
// rules, can be spent with any data, so a miner who includes such a spend can forge an answer.
std::optional<Address> revealed_address(ByteView unlocking_script,
                                        std::span<const ByteView> witness);

}  // namespace clew::bitcoin
