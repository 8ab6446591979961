#include "serve/settings.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/nearest_name.h"
#include "net/url.h"

namespace clew::serve {
namespace {

using Kind = Setting::Kind;

constexpr std::string_view kPrefix = "CLEW_SERVE_";
constexpr std::string_view kTable = "serve";

constexpr std::array kServer = {
    Setting{"address", Kind::text, "127.0.0.1", 0, 0, "IP address to listen on"},
    Setting{"port", Kind::integer, "8420", 0, 65535, "port to listen on; 0: any that is free"},
    Setting{"tls-certificate", Kind::text, "", 0, 0, "PEM file: certificate chain; turns TLS on"},
    Setting{"tls-key", Kind::text, "", 0, 0, "PEM file: private key of the certificate"},
    Setting{"threads", Kind::integer, "1", 1, 256, "threads that read requests"},
    Setting{"workers", Kind::integer, "4", 1, 1024, "threads that make answers"},
    Setting{"connections-max", Kind::integer, "1024", 1, 1e6, "connections at a time"},
    Setting{"at-work-max", Kind::integer, "64", 1, 1e6, "requests at work before others get 503"},
    Setting{"head-bytes-max", Kind::integer, "16384", 1024, 1 << 20, "bytes of a request's head"},
    Setting{"body-bytes-max", Kind::integer, "1048576", 0, 1 << 30, "bytes of a request's body"},
    Setting{"read-seconds", Kind::real, "10", 0.05, 3600,
            "for a head, and again for a body, to arrive"},
    Setting{"answer-seconds", Kind::real, "30", 0.05, 3600, "for an answer to be made"},
    Setting{"idle-seconds", Kind::real, "60", 0.05, 86400,
            "between requests of a connection, and for an answer to go"},
    Setting{"grace-seconds", Kind::real, "10", 0, 3600, "for running answers when it stops"},
    Setting{"rate-per-second", Kind::real, "50", 0, 1e9, "requests a second of one key; 0: any"},
    Setting{"rate-burst", Kind::real, "100", 1, 1e9, "requests of one key at once"},
    Setting{"address-rate-per-second", Kind::real, "200", 0, 1e9,
            "requests a second of one address, IPv6 of its first 64 bits; 0: any"},
    Setting{"address-rate-burst", Kind::real, "400", 1, 1e9, "requests of one address at once"},
    Setting{"log-file", Kind::text, "", 0, 0, "where to log requests; empty: standard error"},
    Setting{"tron-url", Kind::url, "", 0, 0, "provider of TRC-20 histories, as TronGrid answers",
            false, "CLEW_TRON_URL"},
    Setting{"tron-api-key", Kind::text, "", 0, 0, "its key", true, "CLEW_TRON_API_KEY"},
    Setting{"tron-fresh-seconds", Kind::real, "60", 0, 86400,
            "for which a history is taken as it is"},
    Setting{"sanctions-url", Kind::url, "", 0, 0,
            "provider of sanctions screening, as Chainalysis answers", false, "CLEW_SANCTIONS_URL"},
    Setting{"sanctions-api-key", Kind::text, "", 0, 0, "its key", true, "CLEW_SANCTIONS_API_KEY"},
};

std::string with(std::string_view name, char separator, bool upper) {
  std::string text(name);
  for (char& c : text) {
    if (c == '-')
      c = separator;
    else if (upper && c >= 'a' && c <= 'z')
      c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

template <class Number>
std::optional<Number> parse(std::string_view text) {
  Number number{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string number_text(double number) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

bool fits(const Setting& setting, std::string_view value) {
  if (setting.kind == Kind::text || setting.kind == Kind::url) return true;
  std::optional<double> number;
  if (setting.kind == Kind::real) {
    number = parse<double>(value);
  } else if (const auto integer = parse<std::uint64_t>(value)) {
    number = static_cast<double>(*integer);
  }
  return number && std::isfinite(*number) && *number >= setting.minimum &&
         *number <= setting.maximum;
}

// What a value of the file would be as a text; nothing of tables, lists, booleans and dates.
std::optional<std::string> text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
  if (const auto* real = node.as_floating_point()) return number_text(real->get());
  return std::nullopt;
}

}  // namespace

std::string Setting::in_file() const {
  return with(name, '_', false);
}
std::string Setting::in_environment() const {
  return variable.empty() ? std::string(kPrefix) + with(name, '_', true) : std::string(variable);
}

std::span<const Setting> server_settings() {
  return kServer;
}

std::string Settings::Value::shown() const {
  if (value.empty()) return {};
  if (setting->secret) return "********";
  if (setting->kind != Kind::url) return value;
  const auto url = net::parse_url(value);
  return url ? url->shown() : "no URL";
}

const Settings::Value& Settings::at(std::string_view name) const {
  return *std::ranges::find(values_, name, [](const Value& one) { return one.setting->name; });
}
const std::string& Settings::text(std::string_view name) const {
  return at(name).value;
}
std::uint64_t Settings::integer(std::string_view name) const {
  return parse<std::uint64_t>(at(name).value).value_or(0);
}
double Settings::real(std::string_view name) const {
  return parse<double>(at(name).value).value_or(0);
}

Result<void> Settings::put(std::string_view name, std::string value, std::string origin) {
  const auto found =
      std::ranges::find(values_, name, [](const Value& one) { return one.setting->name; });
  const Setting& setting = *found->setting;
  if (!fits(setting, value)) {
    return fail(ErrorKind::usage, origin + ": " +
                                      (setting.kind == Kind::integer ? "an integer" : "a number") +
                                      " from " + number_text(setting.minimum) + " to " +
                                      number_text(setting.maximum) + " is needed");
  }
  found->value = std::move(value);
  found->origin = std::move(origin);
  return {};
}

Result<void> Settings::read_file(const std::string& path) {
  toml::table file;
  try {
    file = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    const auto line = error.source().begin.line;
    return fail(line == 0 ? ErrorKind::io : ErrorKind::data,
                path + (line == 0 ? "" : ": line " + std::to_string(line)) + ": " +
                    std::string(error.description()));
  }
  for (const auto& [key, node] : file) {
    if (key.str() != kTable || !node.is_table())
      return fail(ErrorKind::usage, path + ": there is no '" + std::string(key.str()) +
                                        "' here, but a table [serve]");
  }
  const auto* table = file[kTable].as_table();
  if (table == nullptr) return {};
  std::vector<std::string> names;
  for (const Value& one : values_)
    names.push_back(one.setting->in_file());
  for (const auto& [key, node] : *table) {
    const auto found = std::ranges::find(names, key.str());
    if (found == names.end()) {
      return fail(ErrorKind::usage, path + ": there is no setting '" + std::string(key.str()) +
                                        "'" + did_you_mean(key.str(), names));
    }
    const auto value = text_of(node);
    if (!value)
      return fail(ErrorKind::usage, path + ": " + *found + ": a text or a number is needed");
    const auto& setting = *values_[static_cast<std::size_t>(found - names.begin())].setting;
    CLEW_CHECK(put(setting.name, *value, "file " + path + ": " + *found));
  }
  return {};
}

Result<void> Settings::read_environment(const std::vector<std::string>& environment,
                                        const std::string& origin) {
  std::vector<std::string> names;
  for (const Value& one : values_)
    names.push_back(one.setting->in_environment());
  for (const std::string& entry : environment) {
    const auto name = entry.substr(0, entry.find('='));
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
      if (!entry.starts_with(kPrefix)) continue;
      return fail(ErrorKind::usage, "the " + origin + " has " + name + ", which is no setting" +
                                        did_you_mean(name, names));
    }
    const auto& setting = *values_[static_cast<std::size_t>(found - names.begin())].setting;
    CLEW_CHECK(put(setting.name, entry.substr(std::min(entry.size(), name.size() + 1)),
                   origin + " " + name));
  }
  return {};
}

Result<Settings> Settings::load(std::span<const Setting> known, const SettingSources& sources) {
  Settings settings;
  for (const Setting& setting : known)
    settings.values_.push_back({&setting, std::string(setting.value), "default"});
  if (!sources.file.empty()) CLEW_CHECK(settings.read_file(sources.file));
  CLEW_CHECK(settings.read_environment(sources.dot_env, ".env file"));
  CLEW_CHECK(settings.read_environment(sources.environment, "environment"));
  for (const auto& [name, value] : sources.flags)
    CLEW_CHECK(settings.put(name, value, "flag --" + name));
  return settings;
}

}  // namespace clew::serve
