#include "net/credentials.h"

#include <openssl/evp.h>

#include <algorithm>

#include "base/file.h"

namespace clew::net {

std::string basic_authorization(std::string_view userinfo) {
  std::string encoded(4 * ((userinfo.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                                   reinterpret_cast<const unsigned char*>(userinfo.data()),
                                   static_cast<int>(userinfo.size()));
  encoded.resize(static_cast<std::size_t>(size));
  return "Basic " + encoded;
}

Result<std::string> read_cookie(const std::string& path) {
  constexpr std::size_t kCookieMax = 4096;
  Bytes bytes;
  CLEW_CHECK(real_files().read_at(path, 0, kCookieMax + 1, bytes));
  std::string cookie(bytes.begin(), bytes.end());
  while (cookie.ends_with('\n') || cookie.ends_with('\r'))
    cookie.pop_back();
  const bool plain = std::ranges::all_of(cookie, [](char c) { return c >= ' ' && c < 0x7f; });
  if (cookie.empty() || cookie.size() > kCookieMax || !plain)
    return fail(ErrorKind::data, path + " is no cookie file: one line, user:password");
  return cookie;
}

}  // namespace clew::net
