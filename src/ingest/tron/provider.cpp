#include "ingest/tron/provider.h"

#include <algorithm>
#include <limits>
#include <mutex>

#include "base/utf8.h"
#include "ingest/tron/trongrid_json.h"
#include "net/http_client.h"

namespace clew::providers {
namespace {

constexpr double kSleepMax = 0.05;     // between looks at the stop flag
constexpr int kMalformedTries = 3;     // of one request
constexpr std::size_t kShownMax = 60;  // bytes of an answer that nobody understands

// Another try of the same would end the same.
bool is_final(const Failure& failure) {
  return failure.trouble == Trouble::key || failure.trouble == Trouble::refused ||
         failure.trouble == Trouble::stopped;
}

}  // namespace

struct Provider::Impl {
  Impl(net::HttpClient given, const Traits& traits, ProviderOptions&& told)
      : client(std::move(given)),
        options(std::move(told)),
        forbidden_is_limit(traits.forbidden_is_limit) {
    if (!options.random) options.random = net::machine_random();
    const double own = client.url().loopback() ? 0 : traits.requests_per_second;
    const double rate = options.requests_per_second.value_or(own);
    interval = rate > 0 ? 1 / rate : 0;
    prefix = client.url().root();
  }

  net::HttpClient client;
  ProviderOptions options;
  bool forbidden_is_limit;
  double interval = 0;  // seconds between two requests
  std::string prefix;   // of every target
  std::atomic<std::uint64_t> requests = 0;

  std::mutex mutex;
  double rests_until = -std::numeric_limits<double>::infinity();
  double next_turn = -std::numeric_limits<double>::infinity();
  int failures_in_row = 0;
  std::string last_failure;  // why it rests

  bool stopped() const { return options.stop != nullptr && *options.stop; }
  Failure stop_failure() const { return {Trouble::stopped, "stopped"}; }
  Provided<void> wait_for_turn(double give_up_at, const std::optional<Failure>& last);
  Provided<void> ask(const std::string& target, double seconds, const Read& read,
                     std::optional<double>& asked_seconds);
  Failure judge(const net::Response& response, std::optional<double>& asked_seconds);
  Failure malformed(const net::Response& response, const Error& error,
                    std::optional<double>& asked_seconds);
  void send_to_rest(const Failure& failure, std::optional<double> asked_seconds);
  std::string safe(std::string text) const;
};

// Providers repeat keys in their errors.
std::string Provider::Impl::safe(std::string text) const {
  if (options.key.empty()) return text;
  for (auto at = text.find(options.key); at != text.npos; at = text.find(options.key, at))
    text.replace(at, options.key.size(), "...");
  return text;
}

Provided<void> Provider::Impl::wait_for_turn(double give_up_at,
                                             const std::optional<Failure>& last) {
  for (;;) {
    if (stopped()) return tl::unexpected(stop_failure());
    const double now = options.clock->now();
    double at = 0;
    {
      const std::lock_guard lock(mutex);
      at = std::max(rests_until, next_turn);
      if (at <= now && now < give_up_at) {
        next_turn = std::max(next_turn, now) + interval;
        return {};
      }
      // To wait for what comes too late is of no use.
      if (at >= give_up_at || now >= give_up_at) {
        if (last) return tl::unexpected(*last);
        const bool rests = rests_until >= give_up_at && !last_failure.empty();
        return tl::unexpected(
            rests ? Failure{Trouble::limited, last_failure}
                  : Failure{Trouble::down, client.url().shown() + ": no time was left to ask"});
      }
    }
    options.clock->sleep(std::min(at - now, kSleepMax));
  }
}

void Provider::Impl::send_to_rest(const Failure& failure, std::optional<double> asked_seconds) {
  const std::lock_guard lock(mutex);
  failures_in_row = std::min(failures_in_row + 1, 1000);
  const double rest = options.back_off.seconds(failures_in_row, asked_seconds, options.random());
  rests_until = std::max(rests_until, options.clock->now() + rest);
  last_failure = failure.message;
}

Failure Provider::Impl::judge(const net::Response& response, std::optional<double>& asked_seconds) {
  const auto refusal = read_refusal(response.body);
  asked_seconds = net::retry_after_seconds(response.headers, options.clock->date());
  if (!asked_seconds && refusal) asked_seconds = refusal->suspended_seconds;
  std::string message = client.url().shown() + ": HTTP status " + net::status_text(response.status);
  if (refusal && !refusal->message.empty()) message += ": " + safe(refusal->message);
  Trouble trouble = Trouble::down;
  switch (response.status) {
    case 403:
      trouble = forbidden_is_limit || asked_seconds ? Trouble::limited : Trouble::key;
      break;
    case 429:
    case 503:
      trouble = Trouble::limited;
      break;
    case 401:
      trouble = Trouble::key;
      break;
    case 408:
      break;
    default:
      if (response.status < 500) trouble = Trouble::refused;
  }
  return {trouble, std::move(message)};
}

// A good status with something else than the answer: an error in words, a page of a proxy.
Failure Provider::Impl::malformed(const net::Response& response, const Error& error,
                                  std::optional<double>& asked_seconds) {
  if (const auto refusal = read_refusal(response.body)) {
    asked_seconds = refusal->suspended_seconds;
    const int status = refusal->status.value_or(0);
    const bool limited = status == 403 || status == 429 || status == 503 || asked_seconds;
    return {limited ? Trouble::limited : Trouble::malformed,
            client.url().shown() + ": it says: " + safe(refusal->message)};
  }
  std::string message = client.url().shown() + ": " + safe(error.message);
  const std::string* type = net::find_header(response.headers, "Content-Type");
  if (type != nullptr && !type->starts_with("application/json"))
    message += ", sent as " + safe(one_line(*type, kShownMax));
  return {Trouble::malformed, std::move(message)};
}

Provided<void> Provider::Impl::ask(const std::string& target, double seconds, const Read& read,
                                   std::optional<double>& asked_seconds) {
  net::Request request;
  request.target = target;
  ++requests;
  auto response = client.send(request, seconds);
  if (!response) {
    const bool halted = response.error().kind == ErrorKind::stopped;
    const bool broken = response.error().kind == ErrorKind::data;
    return tl::unexpected(halted ? stop_failure()
                                 : Failure{broken ? Trouble::malformed : Trouble::down,
                                           safe(std::move(response).error().message)});
  }
  if (response->status != 200) return tl::unexpected(judge(*response, asked_seconds));
  if (auto done = read(response->body); !done)
    return tl::unexpected(malformed(*response, done.error(), asked_seconds));
  return {};
}

Provider::Provider(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Provider::Provider(Provider&&) noexcept = default;
Provider& Provider::operator=(Provider&&) noexcept = default;
Provider::~Provider() = default;

Result<Provider> Provider::open(std::string_view base, const Traits& traits,
                                ProviderOptions options) {
  if (base.find_first_of("?#") != base.npos)
    return fail(ErrorKind::usage, "a provider's URL has no query");
  net::ClientOptions client;
  client.answer_seconds = options.answer_seconds;
  client.answer_bytes_max = options.answer_bytes_max;
  client.ca_file = options.ca_file;
  client.stop = options.stop;
  client.headers.push_back({"Accept", "application/json"});
  if (!options.key.empty()) client.headers.push_back({std::string(traits.key_header), options.key});
  CLEW_TRY(http, net::HttpClient::open(base, std::move(client)));
  return Provider(std::make_unique<Impl>(std::move(http), traits, std::move(options)));
}

Provided<void> Provider::get(std::string_view target, double give_up_at, const Read& read) {
  Impl& self = *impl_;
  const std::string whole = self.prefix + std::string(target);
  std::optional<Failure> last;
  for (int malformed = 0;;) {
    if (auto turn = self.wait_for_turn(give_up_at, last); !turn) return turn;
    const double seconds =
        std::min(give_up_at - self.options.clock->now(), self.options.answer_seconds);
    std::optional<double> asked_seconds;
    auto done = self.ask(whole, std::max(seconds, 0.01), read, asked_seconds);
    if (done) {
      const std::lock_guard lock(self.mutex);
      self.failures_in_row = 0;
      return done;
    }
    if (is_final(done.error())) return done;
    self.send_to_rest(done.error(), asked_seconds);
    if (done.error().trouble == Trouble::malformed && ++malformed == kMalformedTries) return done;
    last = std::move(done).error();
  }
}

double Provider::now() const {
  return impl_->options.clock->now();
}
double Provider::date() const {
  return impl_->options.clock->date();
}
std::uint64_t Provider::requests() const {
  return impl_->requests;
}
bool Provider::has_key() const {
  return !impl_->options.key.empty();
}
std::string Provider::authority() const {
  return impl_->client.url().authority();
}
std::string Provider::shown() const {
  return impl_->client.url().shown();
}

}  // namespace clew::providers
