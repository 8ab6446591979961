#include "ingest/tron/replay/trongrid_server.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <mutex>

#include "base/clock.h"
#include "chain/tron/address.h"
#include "ingest/simulate/rng.h"
#include "ingest/tron/replay/get_server.h"
#include "ingest/tron/replay/history_book.h"
#include "ingest/tron/replay/query_text.h"

namespace clew::replay {
namespace {

constexpr std::uint32_t kLimitFirst = 20, kLimitMax = 200;  // as documented
constexpr std::size_t kTargetsMax = 1000;

net::Answer refuse(int status, std::string_view words) {
  std::string body;
  JsonText json(body);
  json.open_object();
  json.key("success");
  json.boolean(false);
  json.key("error");
  json.string(words);
  json.key("statusCode");
  json.number(static_cast<std::uint64_t>(status));
  json.close_object();
  net::Answer answer;
  answer.status = status;
  answer.body = std::move(body);
  return answer;
}

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0;
  for (const char c : text)
    hash = simulate::split_mix(hash ^ static_cast<std::uint8_t>(c));
  return hash;
}

// A request that was understood.
struct Asked {
  chain::Account address{};
  bool only_confirmed = false, only_unconfirmed = false, only_to = false, only_from = false;
  bool newest_first = false;
  std::uint32_t limit = kLimitFirst;
  std::uint64_t min_ms = 0, max_ms = std::numeric_limits<std::uint64_t>::max();
  std::optional<chain::Account> contract;
  std::uint64_t filter = 0;  // of all that must stay the same from page to page
  std::uint64_t offset = 0;
};

// Where the next page begins; of no use to another query.
std::string fingerprint_of(std::uint64_t filter, std::uint64_t offset) {
  Bytes bytes;
  append_le(bytes, filter);
  append_le(bytes, offset ^ simulate::split_mix(filter));
  return to_hex(bytes);
}

std::optional<std::uint64_t> offset_of(std::string_view fingerprint, std::uint64_t filter) {
  const auto bytes = from_hex(fingerprint);
  if (!bytes || bytes->size() != 16 || load_le<std::uint64_t>(bytes->data()) != filter)
    return std::nullopt;
  return load_le<std::uint64_t>(bytes->data() + 8) ^ simulate::split_mix(filter);
}

// What is wrong, or nothing.
class Reading {
 public:
  explicit Reading(Asked& asked) : asked_(asked) {}

  std::optional<std::string> read(std::string_view path, const QueryText& query) {
    const auto address = tron::parse_address(path);
    if (!address) return "A valid account address is required.";
    asked_.address = *address;
    std::string fixed(path);
    for (const auto& [name, value] : query) {
      if (name == "fingerprint") continue;
      fixed += "&" + name + "=" + value;
      if (!take(name, value)) return "Invalid query filter(s)!: [" + name + "]";
    }
    if (asked_.only_confirmed && asked_.only_unconfirmed)
      return "Invalid query filter(s)!: [only_confirmed, only_unconfirmed]";
    asked_.filter = hash_of(fixed);
    return take_fingerprint(query);
  }

 private:
  std::optional<std::string> take_fingerprint(const QueryText& query) {
    const auto given = query.find("fingerprint");
    if (given == query.end()) return std::nullopt;
    const auto offset = offset_of(given->second, asked_.filter);
    if (!offset)
      return "Invalid query filter(s)!: [fingerprint does not match current set of params]";
    asked_.offset = *offset;
    return std::nullopt;
  }

  bool take(std::string_view name, std::string_view value) {
    if (name == "only_confirmed") return take_bool(value, asked_.only_confirmed);
    if (name == "only_unconfirmed") return take_bool(value, asked_.only_unconfirmed);
    if (name == "only_to") return take_bool(value, asked_.only_to);
    if (name == "only_from") return take_bool(value, asked_.only_from);
    if (name == "min_timestamp") return take_number(value, asked_.min_ms);
    if (name == "max_timestamp") return take_number(value, asked_.max_ms);
    if (name == "limit") {
      const bool good = take_number(value, asked_.limit) && asked_.limit > 0;
      asked_.limit = std::min(asked_.limit, kLimitMax);
      return good;
    }
    if (name == "order_by") {
      asked_.newest_first = value == "block_timestamp,desc";
      return asked_.newest_first || value == "block_timestamp,asc";
    }
    if (name == "contract_address") {
      asked_.contract = tron::parse_address(value);
      return asked_.contract.has_value();
    }
    return false;
  }
  static bool take_bool(std::string_view value, bool& out) {
    out = value == "true";
    return out || value == "false";
  }
  template <class Number>
  static bool take_number(std::string_view value, Number& out) {
    const char* end = value.data() + value.size();
    const auto [stop, code] = std::from_chars(value.data(), end, out);
    return code == std::errc() && stop == end && !value.empty();
  }

  Asked& asked_;
};

// Requests within the last second, and the penalty for too many.
class Frequency {
 public:
  Frequency(std::uint32_t most, double penalty_seconds)
      : most_(most), penalty_seconds_(penalty_seconds) {}

  bool admits(double now) {
    if (most_ == 0) return true;
    while (!times_.empty() && times_.front() <= now - 1)
      times_.pop_front();
    if (now < suspended_until_) return false;
    times_.push_back(now);
    if (times_.size() <= most_) return true;
    suspended_until_ = now + penalty_seconds_;
    return false;
  }

 private:
  std::uint32_t most_;
  double penalty_seconds_;
  double suspended_until_ = 0;
  std::deque<double> times_;
};

class Server final : public TronGridServer {
 public:
  Server(const TronGridOptions& options, std::vector<Trc20Row> rows)
      : options_(options),
        confirmed_until_ms_(options.confirmed_until_ms),
        book_(std::make_shared<const HistoryBook>(std::move(rows))),
        faults_(std::make_shared<ProviderFaults>(options.faults)),
        frequency_(options.requests_per_second, options.faults.suspended_seconds) {}
  ~Server() override {
    if (server_) server_->stop();
  }

  Result<void> listen(std::vector<net::Route> routes) {
    routes.push_back(
        get_route("/v1/accounts/*", [this](const auto& request) { return answer(request); }));
    CLEW_TRY(server, serve_get(options_, std::move(routes)));
    server_ = std::move(server);
    return {};
  }

  std::uint16_t port() const override { return server_->port(); }
  std::string url() const override { return server_->url("http"); }
  void set_rows(std::vector<Trc20Row> rows, std::uint64_t confirmed_until_ms) override {
    auto book = std::make_shared<const HistoryBook>(std::move(rows));
    const std::lock_guard lock(mutex_);
    book_ = std::move(book);
    confirmed_until_ms_ = confirmed_until_ms;
  }
  void set_faults(const ProviderFaultPlan& plan) override {
    const std::lock_guard lock(mutex_);
    faults_ = std::make_shared<ProviderFaults>(plan);
  }
  std::uint64_t requests() const override {
    const std::lock_guard lock(mutex_);
    return faults_->requests();
  }
  std::uint64_t rows_served() const override { return rows_served_; }
  std::vector<std::string> targets() const override {
    const std::lock_guard lock(mutex_);
    return {targets_.begin(), targets_.end()};
  }

 private:
  struct Moment {  // what a request sees
    std::shared_ptr<const HistoryBook> book;
    std::shared_ptr<ProviderFaults> faults;
    std::uint64_t confirmed_until_ms = 0;
    std::uint64_t request = 0;
    bool admitted = false;
  };

  Moment enter(const net::Request& request);
  net::Answer answer(const net::Request& request);
  net::Answer answer_page(const Moment& moment, const Asked& asked);
  static std::vector<std::uint32_t> places_of_page(const Moment& moment, const Asked& asked,
                                                   const std::vector<std::uint32_t>& all);
  static std::optional<std::string> fingerprint_behind(const Moment& moment, const Asked& asked,
                                                       std::uint64_t rows);
  static std::vector<std::uint32_t> matching(const Moment& moment, const Asked& asked);
  void write_rows(const Moment& moment, const std::vector<std::uint32_t>& places, JsonText& json);

  TronGridOptions options_;
  mutable std::mutex mutex_;
  std::uint64_t confirmed_until_ms_;
  std::shared_ptr<const HistoryBook> book_;
  std::shared_ptr<ProviderFaults> faults_;
  Frequency frequency_;
  std::deque<std::string> targets_;
  std::atomic<std::uint64_t> rows_served_ = 0;
  std::unique_ptr<net::Server> server_;
};

Server::Moment Server::enter(const net::Request& request) {
  const std::lock_guard lock(mutex_);
  targets_.push_back(request.target);
  if (targets_.size() > kTargetsMax) targets_.pop_front();
  return {.book = book_,
          .faults = faults_,
          .confirmed_until_ms = confirmed_until_ms_,
          .request = faults_->count_request(),
          .admitted = frequency_.admits(real_clock().now())};
}

net::Answer Server::answer(const net::Request& request) {
  const Moment moment = enter(request);
  const std::string* key = net::find_header(request.headers, "TRON-PRO-API-KEY");
  if (!options_.key.empty() && (key == nullptr || *key != options_.key))
    return refuse(401, "ApiKey not exists");
  if (!moment.admitted) {
    const bool keyed = key != nullptr;
    return moment.faults->spoil(keyed ? ProviderFault::limit_503 : ProviderFault::limit_403, {});
  }
  constexpr std::string_view kBefore = "/v1/accounts/", kBehind = "/transactions/trc20";
  std::string_view path = request.path();
  if (!path.ends_with(kBehind) || path.size() < kBefore.size() + kBehind.size())
    return refuse(404, "Not Found");
  path.remove_prefix(kBefore.size());
  path.remove_suffix(kBehind.size());
  const auto query = read_query(request.target);
  if (!query) return refuse(400, "Invalid query filter(s)!");
  Asked asked;
  if (const auto wrong = Reading(asked).read(path, *query)) return refuse(400, *wrong);
  if (query->contains("fingerprint") &&
      moment.faults->strikes(ProviderFault::expired, moment.request))
    return refuse(400,
                  "Invalid query filter(s)!: [fingerprint does not match current set of params]");
  if (options_.page_rows) asked.limit = *options_.page_rows;
  net::Answer good = answer_page(moment, asked);
  const auto fault = moment.faults->of_transport(moment.request);
  return fault ? moment.faults->spoil(*fault, std::move(good)) : good;
}

// Places of all rows that the query asks for, in its order.
std::vector<std::uint32_t> Server::matching(const Moment& moment, const Asked& asked) {
  const HistoryBook& book = *moment.book;
  const auto& all = book.of(asked.address);
  std::uint64_t min = asked.min_ms, max = asked.max_ms;
  if (asked.only_confirmed) max = std::min(max, moment.confirmed_until_ms);
  if (asked.only_unconfirmed) {
    if (moment.confirmed_until_ms == std::numeric_limits<std::uint64_t>::max()) return {};
    min = std::max(min, moment.confirmed_until_ms + 1);
  }
  const auto time = [&](std::uint32_t place) { return book.row(place).time_ms; };
  const auto begin = std::ranges::lower_bound(all, min, {}, time);
  const auto end = std::ranges::upper_bound(all, max, {}, time);
  std::vector<std::uint32_t> out;
  if (begin < end) out.assign(begin, end);
  if (asked.contract || asked.only_to || asked.only_from) {
    std::erase_if(out, [&](std::uint32_t place) {
      const Trc20Row& row = book.row(place);
      return (asked.contract && row.token.contract != asked.contract) ||
             (asked.only_to && row.to != asked.address) ||
             (asked.only_from && row.from != asked.address);
    });
  }
  if (asked.newest_first) std::ranges::reverse(out);
  return out;
}

// Those of `all` that come in the page which begins at the query's offset.
std::vector<std::uint32_t> Server::places_of_page(const Moment& moment, const Asked& asked,
                                                  const std::vector<std::uint32_t>& all) {
  ProviderFaults& faults = *moment.faults;
  const std::uint64_t begin = std::min<std::uint64_t>(asked.offset, all.size());
  std::uint64_t from = begin;
  // Of a pair of whole pages each stands for the other.
  const std::uint64_t page = begin / asked.limit;
  const std::uint64_t pair_end = (page / 2 * 2 + 2) * asked.limit;
  if (begin % asked.limit == 0 && pair_end <= all.size() &&
      faults.always_strikes(ProviderFault::swapped_pages, page / 2))
    from = page % 2 == 0 ? begin + asked.limit : begin - asked.limit;
  const std::uint64_t to = std::min<std::uint64_t>(from + asked.limit, all.size());
  if (from > 0 && faults.strikes(ProviderFault::repeated_rows, moment.request))
    from -= std::min<std::uint64_t>(from, faults.plan().repeated_rows);
  std::vector<std::uint32_t> places(all.begin() + static_cast<std::ptrdiff_t>(from),
                                    all.begin() + static_cast<std::ptrdiff_t>(to));
  if (faults.strikes(ProviderFault::shuffled_rows, moment.request)) {
    for (std::size_t i = places.size(); i > 1; --i)
      std::swap(places[i - 1], places[faults.draw() % i]);
  }
  return places;
}

std::optional<std::string> Server::fingerprint_behind(const Moment& moment, const Asked& asked,
                                                      std::uint64_t rows) {
  ProviderFaults& faults = *moment.faults;
  const bool lost = faults.strikes(ProviderFault::lost_fingerprint, moment.request);
  if (asked.offset + asked.limit >= rows || lost) return std::nullopt;
  const bool circle = faults.strikes(ProviderFault::circle, moment.request);
  return fingerprint_of(asked.filter, circle ? asked.offset : asked.offset + asked.limit);
}

net::Answer Server::answer_page(const Moment& moment, const Asked& asked) {
  const auto all = matching(moment, asked);
  const auto places = places_of_page(moment, asked, all);
  const auto fingerprint = fingerprint_behind(moment, asked, all.size());
  std::string body;
  body.reserve(400 * places.size() + 300);
  JsonText json(body);
  json.open_object();
  write_rows(moment, places, json);
  json.key("success");
  json.boolean(true);
  json.key("meta");
  json.open_object();
  json.key("at");
  json.number(static_cast<std::uint64_t>(real_clock().date() * 1000));
  if (fingerprint) {
    json.key("fingerprint");
    json.string(*fingerprint);
  }
  json.key("page_size");
  json.number(places.size());
  json.close_object();
  json.close_object();
  net::Answer answer;
  answer.body = std::move(body);
  return answer;
}

void Server::write_rows(const Moment& moment, const std::vector<std::uint32_t>& places,
                        JsonText& json) {
  json.key("data");
  json.open_array();
  for (const std::uint32_t place : places)
    moment.book->write(place, json);
  if (moment.faults->strikes(ProviderFault::foreign_rows, moment.request)) {
    // Of somebody to the same somebody.
    Trc20Row row = moment.book->size() > 0 ? moment.book->row(0) : Trc20Row();
    row.from.fill(0x5e);
    row.to = row.from;
    if (!places.empty()) row.time_ms = moment.book->row(places.back()).time_ms;
    HistoryBook({row}).write(0, json);
  }
  json.close_array();
  rows_served_ += places.size();
}

}  // namespace

Result<std::unique_ptr<TronGridServer>> TronGridServer::start(const TronGridOptions& options,
                                                              std::vector<providers::Trc20Row> rows,
                                                              std::vector<net::Route> beside) {
  auto server = std::make_unique<Server>(options, std::move(rows));
  CLEW_CHECK(server->listen(std::move(beside)));
  return server;
}

}  // namespace clew::replay
