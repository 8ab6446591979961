// Hashing with OpenSSL. An algorithm is fetched once for the whole program and a context kept for
// each thread: the one-shot SHA256() spends 250 ns a call on looking both up.
#include "base/sha256_openssl.h"

#include <openssl/evp.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "base/sha256_kernel.h"

namespace clew::sha256_detail {
namespace {

// OpenSSL fails here only if it is misconfigured or memory is exhausted; no hash means no ledger.
[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "clew: OpenSSL cannot provide %s\n", what);
  std::abort();
}

EVP_MD* fetch(const char* name) {
  EVP_MD* md = EVP_MD_fetch(nullptr, name, nullptr);
  if (md == nullptr) give_up(name);
  return md;
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

Context make_context(const EVP_MD* md) {
  Context context(EVP_MD_CTX_new());
  if (!context || EVP_DigestInit_ex2(context.get(), md, nullptr) != 1) give_up("a hash context");
  return context;
}

void digest_with(EVP_MD_CTX* context, ByteView message, std::uint8_t* out) {
  if (EVP_DigestInit_ex2(context, nullptr, nullptr) != 1 ||
      EVP_DigestUpdate(context, message.data(), message.size()) != 1 ||
      EVP_DigestFinal_ex(context, out, nullptr) != 1) {
    give_up("a digest");
  }
}

EVP_MD_CTX* sha256_context() {
  static EVP_MD* const md = fetch("SHA256");
  thread_local const Context context = make_context(md);
  return context.get();
}

void digest(ByteView message, std::uint8_t* out) {
  digest_with(sha256_context(), message, out);
}

void double_digest(EVP_MD_CTX* context, ByteView message, std::uint8_t* out) {
  digest_with(context, message, out);
  digest_with(context, {out, sizeof(Hash256)}, out);
}

void double_many(const ByteView* messages, std::size_t count, Hash256* out) {
  EVP_MD_CTX* context = sha256_context();
  for (std::size_t i = 0; i < count; ++i)
    double_digest(context, messages[i], out[i].data());
}

void double_pairs(const std::uint8_t* pairs, std::size_t count, std::uint8_t* out) {
  EVP_MD_CTX* context = sha256_context();
  for (std::size_t i = 0; i < count; ++i)
    double_digest(context, {pairs + 64 * i, 64}, out + 32 * i);
}

}  // namespace

const Kernel& openssl_kernel() {
  static constexpr Kernel kKernel{"openssl", digest, double_many, double_pairs};
  return kKernel;
}

void ripemd160(ByteView message, std::uint8_t* out) {
  static EVP_MD* const md = fetch("RIPEMD160");
  thread_local const Context context = make_context(md);
  digest_with(context.get(), message, out);
}

}  // namespace clew::sha256_detail
