#include "base/time_text.h"

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

}  // namespace

std::string time_iso(std::int64_t seconds) {
  return format(seconds, "%Y-%m-%dT%H:%M:%SZ");
}
std::string time_text(std::int64_t seconds) {
  return format(seconds, "%Y-%m-%d %H:%M:%S");
}

}  // namespace clew
