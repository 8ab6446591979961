#include "serve/metrics.h"

#include <charconv>

namespace clew::serve {
namespace {

std::string number_text(double number) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, number).ptr;
  return {text, end};
}

void head(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  out.append("# HELP ").append(name).append(" ").append(help);
  out.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
}

}  // namespace

void Metrics::count(std::string_view method, std::string_view route, int status, double seconds,
                    std::string_view problem) {
  const std::lock_guard lock(mutex_);
  ++requests_[{std::string(method), std::string(route), status}];
  Histogram& histogram = seconds_[std::string(route)];
  for (std::size_t i = 0; i < kBounds.size(); ++i)
    histogram.buckets[i] += seconds <= kBounds[i] ? 1 : 0;
  ++histogram.count;
  histogram.sum += seconds;
  if (!problem.empty()) ++problems_[std::string(problem)];
}

std::string Metrics::text() const {
  std::string out;
  head(out, "clew_requests_at_work", "gauge", "Requests that are being answered.");
  out += "clew_requests_at_work " + std::to_string(at_work_.load()) + "\n";
  const std::lock_guard lock(mutex_);
  head(out, "clew_requests_total", "counter", "Requests answered.");
  for (const auto& [labels, count] : requests_) {
    const auto& [method, route, status] = labels;
    out += "clew_requests_total{method=\"" + method + "\",route=\"" + route + "\",status=\"" +
           std::to_string(status) + "\"} " + std::to_string(count) + "\n";
  }
  head(out, "clew_refusals_total", "counter", "Requests refused, by what the client was told.");
  for (const auto& [problem, count] : problems_)
    out += "clew_refusals_total{problem=\"" + problem + "\"} " + std::to_string(count) + "\n";
  head(out, "clew_request_seconds", "histogram", "Time to make an answer, from the whole head on.");
  for (const auto& [route, histogram] : seconds_) {
    const auto line = [&](std::string_view suffix, const std::string& bound, const auto& value) {
      out.append("clew_request_seconds").append(suffix).append("{route=\"").append(route);
      if (!bound.empty()) out.append("\",le=\"").append(bound);
      out.append("\"} ").append(value).append("\n");
    };
    for (std::size_t i = 0; i < kBounds.size(); ++i)
      line("_bucket", number_text(kBounds[i]), std::to_string(histogram.buckets[i]));
    line("_bucket", "+Inf", std::to_string(histogram.count));
    line("_sum", "", number_text(histogram.sum));
    line("_count", "", std::to_string(histogram.count));
  }
  return out;
}

}  // namespace clew::serve
