// URLs, and the other texts of HTTP that are read by our own code: what is taken can be written and
// read again, and what is shown gives nothing away.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "net/gzip.h"
#include "net/http.h"
#include "net/url.h"

namespace {

using namespace clew;

void require(bool holds) {
  if (!holds) std::abort();
}

void fuzz_url(std::string_view text) {
  const auto url = net::parse_url(text);
  if (!url) return;
  require(url->port != 0 && !url->host.empty() && url->target.starts_with('/'));
  const std::string plain = url->scheme + "://" + url->authority();
  require(url->shown() == plain || url->shown() == plain + "/...");
  const auto again = net::parse_url(plain + url->target);
  require(again.has_value());
  require(again->scheme == url->scheme && again->host == url->host && again->port == url->port);
  require(again->target == url->target && !again->userinfo);
  for (const char c : url->authority() + url->target)
    require(c > ' ' && c < 0x7f);
}

void fuzz_header(std::string_view text) {
  const net::Headers headers{{"Retry-After", std::string(text)}};
  const auto seconds = net::retry_after_seconds(headers, 1e9);
  require(!seconds || *seconds >= 0);
  if (net::check_headers(headers)) require(text.find_first_of("\r\n") == text.npos);
}

void fuzz_gzip(std::string_view packed) {
  constexpr std::size_t kMax = 1 << 16;
  const auto text = net::gunzip(packed, kMax);
  require(!text || (text->size() <= kMax && text->capacity() >= text->size() + net::kBodySlack));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 8) {
    case 0:
      fuzz_gzip(text);
      break;
    case 1:
      fuzz_header(text);
      break;
    default:
      fuzz_url(text);
  }
  return 0;
}
