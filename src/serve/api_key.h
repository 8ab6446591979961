// The keys by which clients are known: "clew_<id>_<secret>", the id 48 bits that may be shown and
// logged, the secret 256 bits from the system's randomness, shown once, when the key is made.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace clew::serve {

// Each includes those before it. `open` is of routes that need no key.
enum class Scope : std::uint8_t { open, read, write, admin };
std::string_view name(Scope scope);
// Of a key; nothing if there is no such.
std::optional<Scope> find_scope(std::string_view name);

struct ApiKey {
  std::string id;      // 12 hexadecimal digits
  std::string secret;  // 64 hexadecimal digits
  std::string text() const { return "clew_" + id + "_" + secret; }
};
Result<ApiKey> make_api_key();
std::optional<ApiKey> parse_api_key(std::string_view text);

// What is kept of a secret. It has all the entropy that SHA-256 can hold, so that guessing it is
// hopeless as it is; the slow hashes and salts that passwords need would only cost every request.
Hash256 hash_of_secret(std::string_view secret);
// In a time that does not tell where they differ.
bool same_hash(const Hash256& a, const Hash256& b);

// `bytes` of the system's randomness in hexadecimal.
Result<std::string> random_hex(std::size_t bytes);

}  // namespace clew::serve
