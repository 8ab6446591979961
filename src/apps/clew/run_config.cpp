// `clew config show`.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iomanip>
#include <iostream>

#include "apps/clew/environment.h"
#include "apps/clew/server_config.h"
#include "labels/printable.h"

namespace clew::app {
namespace {

std::string config_file(const ServeOptions& options) {
  const auto variable = [](const char* name) -> std::string {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
  };
  if (!options.config.empty()) return options.config;
  if (auto named = variable("CLEW_CONFIG"); !named.empty()) return named;
  auto folder = variable("XDG_CONFIG_HOME");
  if (folder.empty()) {
    const auto home = variable("HOME");
    if (home.empty()) return {};
    folder = home + "/.config";
  }
  const auto usual = folder + "/clew/clew.toml";
  std::error_code code;
  return std::filesystem::exists(usual, code) ? usual : "";
}

// Of the column: the longest and a gap.
int name_width(const serve::Settings& settings) {
  std::size_t longest = 0;
  for (const auto& one : settings.all())
    longest = std::max(longest, one.setting->name.size());
  return static_cast<int>(longest) + 2;
}

}  // namespace

Result<serve::Settings> load_settings(const ServeOptions& options) {
  serve::SettingSources sources{.file = config_file(options), .flags = options.flags};
  CLEW_TRY(dot_env, read_dot_env());
  sources.dot_env = std::move(dot_env);
  for (char** entry = environ; *entry != nullptr; ++entry)
    sources.environment.emplace_back(*entry);
  return serve::Settings::load(serve::server_settings(), sources);
}

Result<ExitCode> show_config(const Session& session, const ServeOptions& options) {
  CLEW_TRY(settings, load_settings(options));
  if (session.json) {
    Json document = {{"file", config_file(options)}, {"settings", Json::object()}};
    for (const auto& one : settings.all()) {
      document["settings"][std::string(one.setting->name)] = {{"value", one.shown()},
                                                              {"from", one.origin}};
    }
    print_json(document);
    return kOk;
  }
  const auto width = name_width(settings);
  for (const auto& one : settings.all()) {
    std::cout << std::left << std::setw(width) << one.setting->name << std::setw(20)
              << (one.value.empty() ? "-" : labels::printable(one.shown())) << ' '
              << labels::printable(one.origin) << '\n';
  }
  return kOk;
}

}  // namespace clew::app
