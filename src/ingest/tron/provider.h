// One provider of data over HTTP, asked as fast as it takes and no faster, and asked again when it
// refuses or fails, until the caller's patience ends.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "net/back_off.h"

namespace clew::providers {

struct ProviderOptions {
  // Goes with every request in a header; into no message, no file and no URL. Empty: none is sent.
  std::string key;
  // Requests begun in one second by all threads; 0 is no limit. Unset: what the client of the API
  // finds right, and no limit on this machine.
  std::optional<double> requests_per_second;
  double answer_seconds = 20;  // that one answer may take
  std::size_t answer_bytes_max = std::size_t{8} << 20;
  net::BackOff back_off{.first_seconds = 0.5, .max_seconds = 30, .asked_seconds_max = 300};
  std::string ca_file;                      // trusted beside the system's certificates
  const std::atomic<bool>* stop = nullptr;  // ends running and later calls; must outlive the client
  Clock* clock = &real_clock();
  std::function<std::uint64_t()> random;  // 64 random bits; null: of the machine
};

enum class Trouble : std::uint8_t {
  limited,    // it asks to slow down: 429, 503, 403, or "suspended for 30s"
  key,        // it does not take the key: 401, or 403 where that says so
  refused,    // it says that the request is wrong: 400, 404, ...
  down,       // not to be reached, broke off, too slow, other errors of servers
  malformed,  // an answer that is not what was asked for
  stopped,    // the caller asked to end
};

struct Failure {
  Trouble trouble = Trouble::down;
  std::string message;  // one sentence that names the provider, without secrets
};
template <class T>
using Provided = tl::expected<T, Failure>;

// For several threads at once, which share its pace and its rest.
class Provider {
 public:
  struct Traits {
    std::string_view key_header;
    bool forbidden_is_limit = false;  // what 403 means
    double requests_per_second = 0;   // unless the options say
  };
  // `base` may have a path, before which no key can be seen in messages, but no query. usage.
  static Result<Provider> open(std::string_view base, const Traits& traits,
                               ProviderOptions options);
  Provider(Provider&&) noexcept;
  Provider& operator=(Provider&&) noexcept;
  ~Provider();

  // Reads a good answer's body, which it may change; an error means that it is malformed.
  using Read = std::function<Result<void>(std::string& body)>;
  // Asks for `target`, which begins with / and goes behind the base, until an answer was read or
  // clock time `give_up_at` (Clock::now) has come: then the last failure. Asks no more where that
  // makes no sense: what is refused, a wrong key, answers that are malformed time after time, a
  // rest that is longer than the patience.
  Provided<void> get(std::string_view target, double give_up_at, const Read& read);

  double now() const;              // of its clock
  double date() const;             // seconds since 1970
  std::uint64_t requests() const;  // sent so far
  bool has_key() const;
  std::string authority() const;  // host and port: whose answers these are
  std::string shown() const;      // for messages

 private:
  struct Impl;
  explicit Provider(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace clew::providers
