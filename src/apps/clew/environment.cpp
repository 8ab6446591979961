#include "apps/clew/environment.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace clew::app {
namespace {

constexpr std::string_view kOurs = "CLEW_", kExport = "export ", kBlank = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string_view unquoted(std::string_view value) {
  const bool quoted = value.size() >= 2 && value.front() == value.back() &&
                      (value.front() == '"' || value.front() == '\'');
  return quoted ? value.substr(1, value.size() - 2) : value;
}

}  // namespace

Result<std::vector<std::string>> read_dot_env(const std::string& path) {
  std::vector<std::string> entries;
  std::error_code code;
  if (!std::filesystem::is_regular_file(path, code)) return entries;
  std::ifstream file(path);
  if (!file) return fail(ErrorKind::io, path + ": cannot be read");
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    auto text = trimmed(line);
    if (text.empty() || text.front() == '#') continue;
    if (text.starts_with(kExport)) text = trimmed(text.substr(kExport.size()));
    const auto equals = text.find('=');
    const auto name = trimmed(text.substr(0, equals));
    // The line may hold a secret, so it is not shown.
    if (equals == text.npos || !is_name(name))
      return fail(ErrorKind::data, path + ":" + std::to_string(number) + ": not NAME=value");
    if (name.starts_with(kOurs))
      entries.push_back(std::string(name) + "=" +
                        std::string(unquoted(trimmed(text.substr(equals + 1)))));
  }
  return entries;
}

Result<std::string> variable(const std::string& name) {
  if (const char* value = std::getenv(name.c_str()); value != nullptr) return std::string(value);
  CLEW_TRY(entries, read_dot_env());
  for (const auto& entry : entries) {
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=')
      return entry.substr(name.size() + 1);
  }
  return std::string();
}

}  // namespace clew::app
