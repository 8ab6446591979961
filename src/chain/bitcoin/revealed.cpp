// What an input tells about the output that it spends. Signatures are not checked: that needs the
// spent output. The templates below are those that consensus leaves almost no other reading of;
// wherever another output type could have been spent in the same form, nothing is revealed.
#include "base/sha256.h"
#include "chain/bitcoin/script.h"
#include "chain/bitcoin/script_reader.h"

namespace clew::bitcoin {
namespace {

constexpr std::size_t kRedeemScriptMax = 520;      // limit of a push
constexpr std::size_t kWitnessScriptMax = 10'000;  // BIP 141

// DER as a signature's encoding, with the byte of the hash type: not verified, only its frame.
bool looks_like_signature(ByteView bytes) {
  return bytes.size() >= 9 && bytes.size() <= 73 && bytes[0] == 0x30;
}

// Opcodes that fail a script wherever they stand, even in a branch not taken.
bool always_fails(std::uint8_t opcode) {
  return opcode == op_verif || opcode == op_vernotif || (opcode >= 0x7e && opcode <= 0x81) ||
         (opcode >= 0x83 && opcode <= 0x86) || opcode == 0x8d || opcode == 0x8e ||
         (opcode >= 0x95 && opcode <= 0x99) || opcode > op_last_known;
}

bool is_signature_check(std::uint8_t opcode) {
  return opcode >= op_checksig && opcode <= op_checkmultisigverify;
}

struct ScriptShape {
  bool runs = false;  // every operation is complete and may be executed
  bool checks_signature = false;
};

ScriptShape shape_of(ByteView script) {
  ScriptShape shape;
  ScriptReader op(script);
  while (op.next()) {
    if (always_fails(op.opcode)) return {};
    if (is_signature_check(op.opcode)) shape.checks_signature = true;
  }
  shape.runs = op.at_end() && !script.empty();
  return shape;
}

bool is_program_push(ByteView data) {
  return (data.size() == 22 && data[0] == op_0 && data[1] == 20) ||
         (data.size() == 34 && data[0] == op_0 && data[1] == 32);
}

std::optional<Address> script_hash(ByteView redeem_script) {
  return Address(AddressKind::p2sh, hash160(redeem_script));
}

// Without a witness: P2PKH or P2SH. P2PK and bare multisig end in a signature and stay hidden.
std::optional<Address> revealed_by_script(ByteView unlocking_script) {
  const auto pushes = parse_pushes(unlocking_script);
  if (!pushes || pushes->empty()) return std::nullopt;
  const ByteView last = pushes->back();
  if (looks_like_key(last)) {
    if (pushes->size() != 2 || !looks_like_signature(pushes->front())) return std::nullopt;
    return Address(AddressKind::p2pkh, hash160(last));
  }
  if (looks_like_signature(last) || last.size() > kRedeemScriptMax) return std::nullopt;
  if (pushes->size() == 1 && is_program_push(last)) return script_hash(last);
  // What checks no signature may as well be the preimage that opens a bare hash puzzle.
  const auto shape = shape_of(last);
  if (!shape.runs || !shape.checks_signature) return std::nullopt;
  return script_hash(last);
}

// BIP 341: with an annex, by the key path, or with what may be a control block at the end. Any
// first byte of a control block is allowed by consensus, so its length alone decides.
bool may_be_taproot(std::span<const ByteView> witness) {
  const ByteView last = witness.back();
  if (witness.size() == 1) return last.size() == 64 || last.size() == 65;
  if (!last.empty() && last[0] == op_reserved) return true;
  return last.size() >= 33 && last.size() <= 33 + 32 * 128 && last.size() % 32 == 1;
}

std::optional<Address> revealed_by_witness(std::span<const ByteView> witness) {
  const ByteView last = witness.back();
  if (witness.size() == 2 && last.size() == 33 && looks_like_key(last) &&
      looks_like_signature(witness.front())) {
    return Address(AddressKind::p2wpkh, hash160(last));
  }
  if (may_be_taproot(witness) || last.size() > kWitnessScriptMax) return std::nullopt;
  if (!shape_of(last).runs) return std::nullopt;
  return Address(AddressKind::p2wsh, sha256(last));
}

}  // namespace

std::optional<Address> revealed_address(ByteView unlocking_script,
                                        std::span<const ByteView> witness) {
  if (witness.empty()) return revealed_by_script(unlocking_script);
  if (unlocking_script.empty()) return revealed_by_witness(witness);
  // BIP 141: a witness beside an unlocking script means P2SH around a witness program.
  const auto pushes = parse_pushes(unlocking_script);
  if (!pushes || pushes->size() != 1) return std::nullopt;
  const auto type = classify(pushes->front()).type;
  if (type < ScriptType::p2wpkh || type > ScriptType::witness_unknown) return std::nullopt;
  return script_hash(pushes->front());
}

}  // namespace clew::bitcoin
