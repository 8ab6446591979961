// What screening said of addresses, and when: a SQLite file beside the ledger. A cache, of which
// each row carries a checksum. Layout: docs/formats/tron-history.md.
// One object belongs to one thread at a time; any number of processes may open the file.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ingest/tron/sanctions_api.h"

namespace clew::providers {

class ScreeningStore {
 public:
  static Result<ScreeningStore> open(const std::string& path);
  ScreeningStore(ScreeningStore&&) noexcept;
  ScreeningStore& operator=(ScreeningStore&&) noexcept;
  ~ScreeningStore();

  // By provider (host and port) and address. corrupt if it is damaged.
  Result<std::optional<Screening>> find(std::string_view source, std::string_view address) const;
  Result<void> put(std::string_view source, std::string_view address, const Screening& screening);

 private:
  struct Impl;
  explicit ScreeningStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

struct ScreenOptions {
  double patience_seconds = 20;         // for all addresses
  double fresh_seconds = 24 * 60 * 60;  // that an answer is taken for before it is asked for again
};

struct ScreenReport {
  // One an address, in their order; nothing where it could not be had.
  std::vector<std::optional<Screening>> screenings;
  std::size_t unknown = 0;  // of those without
  std::string why;          // they are; empty if there are none
  std::size_t asked = 0;    // addresses that the provider was asked for
};

// From the store where it is fresh, else from the provider. Once the provider fails in spite of all
// patience it is not asked for the rest. `api` may be null: then `no_api` says why. Errors are
// those of the store, and stopped.
Result<ScreenReport> screen_addresses(SanctionsApi* api, std::string_view no_api,
                                      ScreeningStore& store, std::span<const std::string> addresses,
                                      const ScreenOptions& options = {});

}  // namespace clew::providers
