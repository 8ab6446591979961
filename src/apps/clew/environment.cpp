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

// Up to a # that a blank stands before.
std::string_view without_comment(std::string_view text) {
  for (auto at = text.find('#'); at != text.npos; at = text.find('#', at + 1)) {
    if (at > 0 && kBlank.find(text[at - 1]) != kBlank.npos) return text.substr(0, at);
  }
  return text;
}

// Of what follows the =. The error names the flaw and not the text, which may be a secret.
Result<std::string_view> value_of(std::string_view text) {
  const auto given = trimmed(text);
  const char quote = given.empty() ? '\0' : given.front();
  if (quote != '"' && quote != '\'') return trimmed(without_comment(text));
  const auto end = given.find(quote, 1);
  if (end == given.npos) return fail(ErrorKind::data, "a quote that is not closed on its line");
  const auto rest = trimmed(given.substr(end + 1));
  if (!rest.empty() && rest.front() != '#')
    return fail(ErrorKind::data, "something other than a comment follows the quoted value");
  return given.substr(1, end - 1);
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
    const auto place = path + ":" + std::to_string(number);
    // The line may hold a secret, so it is not shown.
    if (equals == text.npos || !is_name(name))
      return fail(ErrorKind::data, place + ": not NAME=value");
    if (!name.starts_with(kOurs)) continue;
    auto value = value_of(text.substr(equals + 1));
    if (!value) return fail(std::move(value).error().within(place));
    entries.push_back(std::string(name) + "=" + std::string(*value));
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
