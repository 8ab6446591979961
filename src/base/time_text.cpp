#include "base/time_text.h"

#include <charconv>
#include <chrono>
#include <ctime>

namespace clew {
namespace {

std::string format(std::int64_t seconds, const char* form) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  if (::gmtime_r(&time, &parts) == nullptr) return "?";  // a year beyond 32 bits
  char text[48];
  return {text, std::strftime(text, sizeof text, form, &parts)};
}

// Whether the text has the form, of which it may be the beginning: # is a digit, _ a T or a blank.
bool has_form(std::string_view text, std::string_view form) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool fits = form[i] == '#'   ? c >= '0' && c <= '9'
                      : form[i] == '_' ? c == 'T' || c == ' '
                                       : c == form[i];
    if (!fits) return false;
  }
  return true;
}

// The number that stands there; 0 beyond the end.
unsigned number(std::string_view text, std::size_t at, std::size_t digits) {
  unsigned value = 0;
  if (at < text.size()) std::from_chars(text.data() + at, text.data() + at + digits, value);
  return value;
}

}  // namespace

std::string time_iso(std::int64_t seconds) {
  return format(seconds, "%Y-%m-%dT%H:%M:%SZ");
}
std::string time_text(std::int64_t seconds) {
  return format(seconds, "%Y-%m-%d %H:%M:%S");
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  constexpr std::size_t kDay = 10, kMinute = 16, kSecond = 19, kZone = 20;
  const auto size = text.size();
  if (size != kDay && size != kMinute && size != kSecond && size != kZone) return std::nullopt;
  if (!has_form(text, size == kZone ? "####-##-##T##:##:##Z" : "####-##-##_##:##:##"))
    return std::nullopt;
  const std::chrono::year_month_day day(std::chrono::year(static_cast<int>(number(text, 0, 4))),
                                        std::chrono::month(number(text, 5, 2)),
                                        std::chrono::day(number(text, 8, 2)));
  const auto hours = number(text, 11, 2), minutes = number(text, 14, 2),
             seconds = number(text, 17, 2);
  if (!day.ok() || hours > 23 || minutes > 59 || seconds > 59) return std::nullopt;
  const auto days = std::chrono::sys_days(day).time_since_epoch().count();
  return ((std::int64_t{days} * 24 + hours) * 60 + minutes) * 60 + seconds;
}

}  // namespace clew
