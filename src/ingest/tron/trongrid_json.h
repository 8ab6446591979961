// Answers of TronGrid and of those who answer like it. Every limit of theirs is checked here, and
// nothing they say is believed beyond its form.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ingest/tron/trc20_row.h"

namespace clew::providers {

// An error in the provider's words: {"Success": false, "Error": "...", "StatusCode": 403}, with
// keys in any case, with or without those beside "Error".
struct ProviderRefusal {
  std::string message;  // on one line, not too long
  std::optional<int> status;
  // What "suspended for 30s" asks for.
  std::optional<double> suspended_seconds;
};

class PageReader {
 public:
  static constexpr std::size_t kRowsMax = 10'000;       // of one page; 200 are documented
  static constexpr std::size_t kFingerprintMax = 1024;  // bytes

  // More than rows_max rows are refused.
  explicit PageReader(std::size_t rows_max = kRowsMax);
  PageReader(PageReader&&) noexcept;
  PageReader& operator=(PageReader&&) noexcept;
  ~PageReader();

  // `body` needs net::kBodySlack bytes of capacity behind it, as HttpClient gives them. Bytes that
  // are not UTF-8 are replaced there, so that no token's name can spoil a page. data: no JSON, not
  // of this form, or beyond a limit; names the row.
  Result<Trc20Page> read(std::string& body);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Nothing if the text is no such object.
std::optional<ProviderRefusal> read_refusal(std::string_view body);

}  // namespace clew::providers
