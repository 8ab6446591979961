#include "ingest/tron/replay/provider_faults.h"

#include "ingest/simulate/rng.h"

namespace clew::replay {
namespace {

constexpr std::array<std::string_view, kProviderFaults> kNames = {
    "limit-403",     "limit-429",     "limit-503", "limit-200",    "server-error",
    "outage",        "half",          "cut",       "html",         "wrong-type",
    "failed",        "endless",       "slow",      "foreign-rows", "repeated-rows",
    "shuffled-rows", "swapped-pages", "circle",    "expired",      "lost-fingerprint"};
constexpr auto kLastOfTransport = ProviderFault::slow;
constexpr double kWhole = 18446744073709551616.0;  // 2^64
constexpr std::size_t kEndlessPiece = 64 << 10;

std::string frequency_words(const ProviderFaultPlan& plan) {
  return "The key exceeds the frequency limit(15), and the query server is suspended for " +
         std::to_string(plan.suspended_seconds) + "s";
}

net::Answer refusal(int status, std::string body) {
  net::Answer answer;
  answer.status = status;
  answer.body = std::move(body);
  return answer;
}

net::Answer page_for_people() {
  net::Answer answer;
  answer.content_type = "text/html";
  answer.body = "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>";
  return answer;
}

// Spaces are JSON, so that no reader can tell before the end that there is none.
net::Answer endless() {
  net::Answer answer;
  answer.pieces = [] { return std::string(kEndlessPiece, ' '); };
  return answer;
}

}  // namespace

std::string_view name(ProviderFault fault) {
  return kNames[static_cast<std::size_t>(fault)];
}

std::optional<ProviderFault> find_provider_fault(std::string_view name) {
  for (std::size_t i = 0; i < kProviderFaults; ++i)
    if (kNames[i] == name) return static_cast<ProviderFault>(i);
  return std::nullopt;
}

std::uint64_t ProviderFaults::draw() {
  return simulate::split_mix(simulate::split_mix(plan_.seed) ^ draws_.fetch_add(1));
}

bool ProviderFaults::strikes(ProviderFault fault, std::uint64_t request) {
  const auto planned = plan_.at_request.find(request);
  if (planned != plan_.at_request.end() && planned->second == fault) return true;
  const double chance = plan_.chances[static_cast<std::size_t>(fault)];
  return chance > 0 && request > plan_.spared && static_cast<double>(draw()) < chance * kWhole;
}

bool ProviderFaults::always_strikes(ProviderFault fault, std::uint64_t thing) const {
  const double chance = plan_.chances[static_cast<std::size_t>(fault)];
  const auto key = simulate::split_mix(plan_.seed * 64 + static_cast<std::uint64_t>(fault));
  return chance > 0 && static_cast<double>(simulate::split_mix(key ^ thing)) < chance * kWhole;
}

std::optional<ProviderFault> ProviderFaults::of_transport(std::uint64_t request) {
  for (std::size_t i = 0; i <= static_cast<std::size_t>(kLastOfTransport); ++i) {
    const auto fault = static_cast<ProviderFault>(i);
    if (strikes(fault, request)) return fault;
  }
  return std::nullopt;
}

net::Answer ProviderFaults::spoil(ProviderFault fault, net::Answer good) const {
  switch (fault) {
    case ProviderFault::limit_403:
      return refusal(
          403, R"({"Success":false,"Error":")" + frequency_words(plan_) + R"(","StatusCode":403})");
    case ProviderFault::limit_429: {
      auto answer = refusal(429, R"({"Error":"Too Many Requests"})");
      answer.headers.push_back({"Retry-After", std::to_string(plan_.suspended_seconds)});
      return answer;
    }
    case ProviderFault::limit_503:
      return refusal(503, R"({"Error":")" + frequency_words(plan_) + R"("})");
    case ProviderFault::limit_200:
      return refusal(
          200, R"({"Success":false,"Error":")" + frequency_words(plan_) + R"(","StatusCode":403})");
    case ProviderFault::server_error:
      return refusal(500, R"({"success":false,"error":"Internal error","statusCode":500})");
    case ProviderFault::failed:
      return refusal(200, R"({"success":false,"error":"something went wrong"})");
    case ProviderFault::outage:
      good.reset_after = 0;
      return good;
    case ProviderFault::half:
      good.reset_after = good.body->size() / 2;
      return good;
    case ProviderFault::cut:
      good.body = good.body->substr(0, good.body->size() / 2);
      return good;
    case ProviderFault::html:
      return page_for_people();
    case ProviderFault::wrong_type:
      good.content_type = "text/html";
      return good;
    case ProviderFault::endless:
      return endless();
    case ProviderFault::slow:
      good.delay_seconds = plan_.slow_seconds;
      return good;
    default:
      return good;
  }
}

}  // namespace clew::replay
