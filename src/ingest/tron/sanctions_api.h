// Sanctions screening over Chainalysis' API, or that of whoever answers like it:
// GET {base}/api/v1/address/{address} with the key in X-API-Key.
// https://auth-developers.chainalysis.com/sanctions-screening/docs/introduction
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ingest/tron/provider.h"

namespace clew::providers {

// What the provider says; UTF-8, cut to kTextMax bytes each, to be made printable where shown.
struct Identification {
  static constexpr std::size_t kTextMax = 4096;
  std::string category, name, description, url;

  bool operator==(const Identification&) const = default;
};

struct Screening {
  std::vector<Identification> identifications;  // none: not listed
  double asked_at = 0;                          // date, seconds since 1970

  bool listed() const { return !identifications.empty(); }
};

// {"identifications": [{"category", "name", "description", "url"}]}. data if it is not that, or has
// more than 100 of them.
Result<std::vector<Identification>> read_identifications(std::string_view body);
std::string write_identifications(const std::vector<Identification>& identifications);

// For several threads at once.
class SanctionsApi {
 public:
  // `base` is what comes before /api, such as https://public.chainalysis.com. usage.
  static Result<SanctionsApi> open(std::string_view base, ProviderOptions options);

  // One address in the provider's spelling: letter case counts. Waits and asks again until
  // Clock::now is `give_up_at`. Without a key it is not asked at all, and Trouble::key.
  Provided<Screening> screen(std::string_view address, double give_up_at);

  const Provider& provider() const { return provider_; }

 private:
  explicit SanctionsApi(Provider provider) : provider_(std::move(provider)) {}
  Provider provider_;
};

}  // namespace clew::providers
