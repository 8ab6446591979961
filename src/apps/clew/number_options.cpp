#include "apps/clew/number_options.h"

#include <charconv>
#include <cmath>

#include "labels/printable.h"

namespace clew::app {
namespace {

// Nothing, or what is wrong, as CLI11 wants it of a validator.
std::string check_unsigned(std::string& text) {
  const bool hexadecimal = text.starts_with("0x");
  if (!hexadecimal)
    text.erase(0, std::min(text.find_first_not_of('0'), text.empty() ? 0 : text.size() - 1));
  const char* begin = text.data() + (hexadecimal ? 2 : 0);
  const char* end = text.data() + text.size();
  std::uint64_t number = 0;
  const auto [last, code] = std::from_chars(begin, end, number, hexadecimal ? 16 : 10);
  if (last == end && code == std::errc::result_out_of_range)
    return text + " is too large: numbers go up to 2^64 - 1";
  if (last == end && code == std::errc()) return {};
  return "'" + labels::printable(text) + "' is no whole number from 0 on";
}

std::string check_real(std::string& text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [last, code] = std::from_chars(text.data(), end, number);
  if (last == end && code == std::errc() && std::isfinite(number) && number >= 0) return {};
  return "'" + labels::printable(text) + "' is no number from 0 on";
}

}  // namespace

void check_numbers(CLI::App& app) {
  for (auto* option : app.get_options([](CLI::Option*) { return true; })) {
    const auto type = option->get_type_name();
    // A transformation comes before the checks that an option has of its own.
    if (type.starts_with("UINT"))
      option->transform(CLI::Validator(check_unsigned, ""));
    else if (type.starts_with("FLOAT"))
      option->transform(CLI::Validator(check_real, ""));
  }
  for (auto* command : app.get_subcommands([](CLI::App*) { return true; }))
    check_numbers(*command);
}

}  // namespace clew::app
