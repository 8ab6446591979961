#include "apps/clew/command_binding.h"
#include "apps/clew/serve_commands.h"
#include "serve/settings.h"

namespace clew::app {
namespace {

std::string type_text(const serve::Setting& setting) {
  if (setting.kind == serve::Setting::Kind::text) return "TEXT";
  if (setting.kind == serve::Setting::Kind::url) return "URL";
  return setting.kind == serve::Setting::Kind::integer ? "INTEGER" : "NUMBER";
}

// Texts all, so that a wrong one is refused in the same words wherever it stands.
void add_settings(CLI::App& command, ServeOptions& options) {
  command.add_option("--config", options.config,
                     "TOML file with a table [serve]; $CLEW_CONFIG, or clew/clew.toml in the "
                     "user's configuration directory");
  for (const auto& setting : serve::server_settings()) {
    if (setting.secret) continue;
    const std::string name(setting.name);
    command
        .add_option_function<std::string>(
            "--" + name,
            [&options, name](const std::string& value) { options.flags[name] = value; },
            std::string(setting.help))
        ->type_name(type_text(setting))
        ->default_str(std::string(setting.value));
  }
}

void add_keys(Line& line, CLI::App& app) {
  auto& group = *app.add_subcommand("keys", "who may ask the server");
  group.require_subcommand(1);
  auto& add = *group.add_subcommand("add", "make a key, which is shown this once");
  auto a = bind<KeyOptions>(line, add, add_key);
  add.add_option("name", a->name, "whose it is")->required();
  add.add_option("--scope", a->scope, "read, write or admin; each includes those before it")
      ->capture_default_str();
  group.add_subcommand("list", "all keys there were")->callback([&line] {
    line.action = [&line] { return list_keys(line.session); };
  });
  auto& revoke = *group.add_subcommand("revoke", "end a key at once");
  auto r = bind<KeyOptions>(line, revoke, revoke_key);
  revoke.add_option("key", r->name, "its id or name")->required();
}

}  // namespace

void add_serve(Line& line, CLI::App& app) {
  auto& command = *app.add_subcommand("serve", "answer over HTTP; see docs/serve.md");
  add_settings(command, *bind<ServeOptions>(line, command, serve));
  add_keys(line, app);
  auto& group = *app.add_subcommand("config", "how the server would be set up");
  group.require_subcommand(1);
  auto& show = *group.add_subcommand("show", "every setting, and where its value came from");
  add_settings(show, *bind<ServeOptions>(line, show, show_config));
}

}  // namespace clew::app
