#include "chain/bitcoin/script.h"

#include <algorithm>

#include "base/sha256.h"
#include "chain/bitcoin/script_reader.h"

namespace clew::bitcoin {
namespace {

constexpr std::size_t kMultisigKeysMax = 20;

struct MultisigKeys {
  int required = 0;
  std::size_t count = 0;
  std::array<ByteView, kMultisigKeysMax> keys;
};

// A number from 1 to 20 in its shortest form: an opcode to 16, a one-byte push above. Else 0.
std::size_t multisig_number(const ScriptReader& op) {
  if (op.opcode >= op_1 && op.opcode <= op_16) return op.opcode - op_1 + 1U;
  if (op.opcode != 1 || op.data[0] <= 16 || op.data[0] > kMultisigKeysMax) return 0;
  return op.data[0];
}

bool match_multisig(ByteView script, MultisigKeys& out) {
  // Nearly every other script fails here, before anything is walked.
  if (script.size() < 37 || script.back() != op_checkmultisig) return false;
  ScriptReader op(script);
  if (!op.next()) return false;
  const std::size_t required = multisig_number(op);
  if (required == 0) return false;
  while (op.next() && looks_like_key(op.data)) {
    if (out.count == kMultisigKeysMax) return false;
    out.keys[out.count++] = op.data;
  }
  out.required = static_cast<int>(required);
  if (multisig_number(op) != out.count || out.count < required) return false;
  return op.next() && op.opcode == op_checkmultisig && op.at_end();
}

ScriptInfo with(ScriptType type, AddressKind kind, ByteView payload) {
  return {type, true, Address(kind, payload)};
}

ScriptInfo pay_to_key(ByteView key) {
  return with(ScriptType::p2pk, AddressKind::p2pkh, hash160(key));
}

bool is_p2pkh(ByteView s) {
  return s.size() == 25 && s[0] == op_dup && s[1] == op_hash160 && s[2] == 20 &&
         s[23] == op_equalverify && s[24] == op_checksig;
}

bool is_p2sh(ByteView s) {
  return s.size() == 23 && s[0] == op_hash160 && s[1] == 20 && s[22] == op_equal;
}

bool is_p2pk(ByteView s) {
  return (s.size() == 35 || s.size() == 67) && s[0] == s.size() - 2 && s.back() == op_checksig &&
         looks_like_key(s.subspan(1, s.size() - 2));
}

// BIP 141: a version opcode, then one direct push of 2 to 40 bytes.
bool is_witness_program(ByteView s) {
  return s.size() >= 4 && s.size() <= 42 && (s[0] == op_0 || (s[0] >= op_1 && s[0] <= op_16)) &&
         s[1] == s.size() - 2;
}

ScriptInfo classify_program(ByteView s) {
  const auto program = s.subspan(2);
  if (s[0] == op_0) {
    if (program.size() == 20) return with(ScriptType::p2wpkh, AddressKind::p2wpkh, program);
    if (program.size() == 32) return with(ScriptType::p2wsh, AddressKind::p2wsh, program);
    return {};  // BIP 141: spending it always fails
  }
  if (s[0] == op_1 && program.size() == 32)
    return with(ScriptType::p2tr, AddressKind::p2tr, program);
  std::array<std::uint8_t, 41> payload{};
  payload[0] = static_cast<std::uint8_t>(s[0] - op_1 + 1);
  std::ranges::copy(program, payload.begin() + 1);
  return with(ScriptType::witness_unknown, AddressKind::witness_unknown,
              ByteView(payload).first(1 + program.size()));
}

void append_push(Bytes& script, ByteView data) {
  script.push_back(static_cast<std::uint8_t>(data.size()));
  script.insert(script.end(), data.begin(), data.end());
}

Bytes program_script(std::uint8_t version, ByteView program) {
  Bytes script{version == 0 ? std::uint8_t{op_0} : static_cast<std::uint8_t>(op_1 + version - 1)};
  append_push(script, program);
  return script;
}

}  // namespace

const char* name(ScriptType type) {
  switch (type) {
    case ScriptType::nonstandard:
      return "nonstandard";
    case ScriptType::p2pk:
      return "p2pk";
    case ScriptType::p2pkh:
      return "p2pkh";
    case ScriptType::p2sh:
      return "p2sh";
    case ScriptType::multisig:
      return "multisig";
    case ScriptType::p2wpkh:
      return "p2wpkh";
    case ScriptType::p2wsh:
      return "p2wsh";
    case ScriptType::p2tr:
      return "p2tr";
    case ScriptType::witness_unknown:
      return "witness_unknown";
    case ScriptType::op_return:
      return "op_return";
  }
  return "nonstandard";
}

ScriptInfo classify(ByteView s) {
  if (is_p2pkh(s)) return with(ScriptType::p2pkh, AddressKind::p2pkh, s.subspan(3, 20));
  if (is_p2sh(s)) return with(ScriptType::p2sh, AddressKind::p2sh, s.subspan(2, 20));
  if (is_witness_program(s)) return classify_program(s);
  if (is_p2pk(s)) return pay_to_key(s.subspan(1, s.size() - 2));
  if (!s.empty() && s[0] == op_return) return {ScriptType::op_return, false, {}};
  MultisigKeys keys;
  if (match_multisig(s, keys)) return with(ScriptType::multisig, AddressKind::multisig, hash160(s));
  return {};
}

Bytes output_script(const Address& address) {
  const auto bytes = address.bytes();
  Bytes script;
  switch (address.kind) {
    case AddressKind::p2pkh:
      script = {op_dup, op_hash160};
      append_push(script, bytes);
      script.insert(script.end(), {op_equalverify, op_checksig});
      return script;
    case AddressKind::p2sh:
      script = {op_hash160};
      append_push(script, bytes);
      script.push_back(op_equal);
      return script;
    case AddressKind::p2wpkh:
    case AddressKind::p2wsh:
      return program_script(0, bytes);
    case AddressKind::p2tr:
      return program_script(1, bytes);
    case AddressKind::witness_unknown:
      return bytes.empty() ? script : program_script(bytes[0], bytes.subspan(1));
    case AddressKind::multisig:
      break;
  }
  return script;
}

std::optional<Multisig> parse_multisig(ByteView script) {
  MultisigKeys found;
  if (!match_multisig(script, found)) return std::nullopt;
  const auto last = found.keys.begin() + static_cast<std::ptrdiff_t>(found.count);
  return Multisig{found.required, {found.keys.begin(), last}};
}

std::optional<std::vector<ByteView>> parse_pushes(ByteView script) {
  // What OP_1 to OP_16 and OP_1NEGATE leave on the stack.
  static constexpr std::array<std::uint8_t, 17> kNumbers{0x81, 1,  2,  3,  4,  5,  6,  7, 8,
                                                         9,    10, 11, 12, 13, 14, 15, 16};
  std::vector<ByteView> pushes;
  ScriptReader op(script);
  while (op.next()) {
    if (op.opcode <= op_pushdata4) {
      pushes.push_back(op.data);
    } else if (op.opcode == op_1negate) {
      pushes.push_back(ByteView(kNumbers).first(1));
    } else if (op.opcode >= op_1 && op.opcode <= op_16) {
      pushes.push_back(ByteView(kNumbers).subspan(op.opcode - op_1 + 1U, 1));
    } else {
      return std::nullopt;
    }
  }
  if (!op.at_end()) return std::nullopt;
  return pushes;
}

}  // namespace clew::bitcoin
