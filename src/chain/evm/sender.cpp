#include "chain/evm/sender.h"

#include <secp256k1_recovery.h>

#include <algorithm>

#include "base/keccak.h"

namespace clew::evm {
namespace {

// Never changed after it is made, so that threads can share it.
const secp256k1_context* context() {
  static const secp256k1_context* const kContext = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
  return kContext;
}

// An address is the end of the hash of the point, without the byte that tells its form.
Address address_of(const secp256k1_pubkey& key) {
  std::array<std::uint8_t, 65> point;
  std::size_t size = point.size();
  secp256k1_ec_pubkey_serialize(context(), point.data(), &size, &key, SECP256K1_EC_UNCOMPRESSED);
  const Hash256 hash = keccak256(ByteView(point).subspan(1));
  Address address;
  std::copy(hash.end() - address.size(), hash.end(), address.begin());
  return address;
}

std::optional<std::uint8_t> y_parity(const Transaction& tx) {
  constexpr std::uint64_t kPlain = 27, kWithChain = 35;
  if (tx.type != TransactionType::legacy) {
    return tx.v <= 1 ? std::optional(static_cast<std::uint8_t>(tx.v)) : std::nullopt;
  }
  if (tx.v >= kWithChain) return static_cast<std::uint8_t>((tx.v - kWithChain) & 1);
  if (tx.v == kPlain || tx.v == kPlain + 1) return static_cast<std::uint8_t>(tx.v - kPlain);
  return std::nullopt;
}

// The finalizer of MurmurHash3: neighbours do not stay neighbours.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ x >> 33) * 0xff51afd7ed558ccdULL;
  x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53ULL;
  return x ^ x >> 33;
}

}  // namespace

std::optional<Address> recover_signer(const Hash256& message, const Signature& signature) {
  if (signature.y_parity > 1) return std::nullopt;
  std::array<std::uint8_t, 64> compact;
  std::ranges::copy(signature.r.to_big_endian(), compact.begin());
  std::ranges::copy(signature.s.to_big_endian(), compact.begin() + 32);
  secp256k1_ecdsa_recoverable_signature parsed;
  if (secp256k1_ecdsa_recoverable_signature_parse_compact(context(), &parsed, compact.data(),
                                                          signature.y_parity) == 0) {
    return std::nullopt;
  }
  secp256k1_pubkey key;
  if (secp256k1_ecdsa_recover(context(), &key, &parsed, message.data()) == 0) return std::nullopt;
  return address_of(key);
}

std::optional<Address> recover_sender(const Transaction& tx) {
  const auto parity = y_parity(tx);
  if (!parity) return std::nullopt;
  return recover_signer(signing_hash(tx), {*parity, tx.r, tx.s});
}

Result<void> check_senders(const Block& block, std::span<const Address> stated,
                           const SenderSample& sample) {
  if (stated.size() != block.transactions.size()) {
    return fail(ErrorKind::data, std::to_string(stated.size()) + " senders of " +
                                     std::to_string(block.transactions.size()) + " transactions");
  }
  if (sample.one_in == 0) return {};
  for (std::size_t i = 0; i < stated.size(); ++i) {
    const std::uint64_t lot = mix(sample.seed ^ mix(block.header.number ^ std::uint64_t{i} << 40));
    if (lot % sample.one_in != 0) continue;
    const auto sender = recover_sender(block.transactions[i]);
    if (sender == stated[i]) continue;
    const std::string where = "block " + std::to_string(block.header.number) + ": transaction " +
                              std::to_string(i) + ": ";
    if (!sender) return fail(ErrorKind::data, where + "the signature is not valid");
    return fail(ErrorKind::data, where + "sender stated " + to_text(stated[i]) +
                                     ", by the signature " + to_text(*sender));
  }
  return {};
}

}  // namespace clew::evm
