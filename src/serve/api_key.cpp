#include "serve/api_key.h"

#include <openssl/crypto.h>
#include <sys/random.h>

#include <algorithm>
#include <array>

#include "base/sha256.h"

namespace clew::serve {
namespace {

constexpr std::string_view kPrefix = "clew_";
constexpr std::size_t kIdBytes = 6, kSecretBytes = 32;
constexpr std::array<std::string_view, 4> kScopes = {"open", "read", "write", "admin"};

bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

std::string_view name(Scope scope) {
  return kScopes[static_cast<std::size_t>(scope)];
}

std::optional<Scope> find_scope(std::string_view name) {
  for (const Scope scope : {Scope::read, Scope::write, Scope::admin}) {
    if (serve::name(scope) == name) return scope;
  }
  return std::nullopt;
}

Result<std::string> random_hex(std::size_t bytes) {
  Bytes random(bytes);
  std::size_t have = 0;
  while (have < bytes) {
    const auto got = ::getrandom(random.data() + have, bytes - have, 0);
    if (got < 0) return fail(ErrorKind::io, "the system gives no random numbers");
    have += static_cast<std::size_t>(got);
  }
  return to_hex(random);
}

Result<ApiKey> make_api_key() {
  CLEW_TRY(id, random_hex(kIdBytes));
  CLEW_TRY(secret, random_hex(kSecretBytes));
  return ApiKey{std::move(id), std::move(secret)};
}

std::optional<ApiKey> parse_api_key(std::string_view text) {
  constexpr std::size_t kIdAt = kPrefix.size(), kSecretAt = kIdAt + 2 * kIdBytes + 1;
  if (text.size() != kSecretAt + 2 * kSecretBytes || !text.starts_with(kPrefix) ||
      text[kSecretAt - 1] != '_')
    return std::nullopt;
  const auto id = text.substr(kIdAt, 2 * kIdBytes), secret = text.substr(kSecretAt);
  if (!is_hex(id) || !is_hex(secret)) return std::nullopt;
  return ApiKey{std::string(id), std::string(secret)};
}

Hash256 hash_of_secret(std::string_view secret) {
  return sha256(as_bytes(secret));
}

bool same_hash(const Hash256& a, const Hash256& b) {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace clew::serve
