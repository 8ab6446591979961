// What the server can be told, and where each value came from: the defaults, then a TOML file, then
// a .env file, then the environment, then flags, each before those to its left.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clew::serve {

struct Setting {
  // url: a text of which only scheme, host and port are shown; providers put keys into the rest.
  enum class Kind : std::uint8_t { text, url, integer, real };
  std::string_view name;  // "read-seconds": flag --read-seconds, in files read_seconds under
                          // [serve], in the environment CLEW_SERVE_READ_SECONDS
  Kind kind = Kind::text;
  std::string_view value;           // the default
  double minimum = 0, maximum = 0;  // of numbers
  std::string_view help;
  bool secret = false;             // never shown, and no flag: others see a process's flags
  std::string_view variable = {};  // in the environment, where it has a name of its own

  std::string in_file() const;
  std::string in_environment() const;
};
std::span<const Setting> server_settings();

struct SettingSources {
  std::string file;                          // path; empty: none
  std::vector<std::string> dot_env;          // "NAME=value", of a .env file
  std::vector<std::string> environment;      // the same, all there are
  std::map<std::string, std::string> flags;  // by name of the setting
};

class Settings {
 public:
  // usage, with the nearest name, for names that nobody knows; and for values that do not fit.
  // io, data: the file cannot be read, or is not TOML.
  static Result<Settings> load(std::span<const Setting> known, const SettingSources& sources);

  struct Value {
    const Setting* setting = nullptr;
    std::string value, origin;  // "default", "environment CLEW_SERVE_PORT", …
    std::string shown() const;  // without what is secret
  };
  const std::vector<Value>& all() const { return values_; }
  // Of a setting that there is, of that kind.
  const std::string& text(std::string_view name) const;
  std::uint64_t integer(std::string_view name) const;
  double real(std::string_view name) const;

 private:
  const Value& at(std::string_view name) const;
  Result<void> put(std::string_view name, std::string value, std::string origin);
  Result<void> read_file(const std::string& path);
  Result<void> read_environment(const std::vector<std::string>& environment,
                                const std::string& origin);

  std::vector<Value> values_;
};

}  // namespace clew::serve
