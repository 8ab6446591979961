// `clew keys`.
#include <iomanip>
#include <iostream>

#include "apps/clew/serve_commands.h"
#include "base/clock.h"
#include "base/file.h"
#include "labels/printable.h"
#include "serve/api_server.h"
#include "serve/key_store.h"

namespace clew::app {
namespace {

using serve::KeyRecord;
using serve::KeyStore;

std::int64_t now() {
  return static_cast<std::int64_t>(real_clock().date());
}

bool has_keys(const Session& session) {
  return real_files().exists(serve::keys_path(session.directory));
}

Json time_json(std::optional<std::int64_t> time) {
  return time ? Json(time_iso(static_cast<std::uint32_t>(*time))) : Json(nullptr);
}

Json key_json(const KeyRecord& key) {
  return {{"id", key.id},
          {"name", key.name},
          {"scope", std::string(serve::name(key.scope))},
          {"made", time_json(key.made)},
          {"revoked", time_json(key.revoked)}};
}

}  // namespace

Result<ExitCode> add_key(const Session& session, const KeyOptions& options) {
  const auto scope = serve::find_scope(options.scope);
  if (!scope) {
    return fail(ErrorKind::usage, "there is no scope '" + labels::printable(options.scope) +
                                      "'; there are read, write and admin");
  }
  CLEW_CHECK(real_files().make_directories(session.directory));
  CLEW_TRY(store, KeyStore::open(serve::keys_path(session.directory)));
  CLEW_TRY(key, store->make(options.name, *scope, now()));
  if (session.json) {
    print_json(
        {{"id", key.id}, {"name", options.name}, {"scope", options.scope}, {"key", key.text()}});
    return kOk;
  }
  // The key alone on standard output, for scripts.
  std::cout << key.text() << std::endl;
  std::cerr << "This is shown only once. Its id, in logs and lists, is " << key.id << ".\n";
  return kOk;
}

Result<ExitCode> list_keys(const Session& session) {
  std::vector<KeyRecord> keys;
  if (has_keys(session)) {
    CLEW_TRY(store, KeyStore::open(serve::keys_path(session.directory)));
    CLEW_TRY(all, store->list());
    keys = std::move(all);
  }
  auto list = Json::array();
  for (const auto& key : keys) {
    list.push_back(key_json(key));
    if (session.json) continue;
    std::cout << key.id << "  " << std::left << std::setw(5) << serve::name(key.scope) << "  made "
              << time_text(static_cast<std::uint32_t>(key.made)) << "  "
              << labels::printable(key.name)
              << (key.revoked ? ", revoked " + time_text(static_cast<std::uint32_t>(*key.revoked))
                              : "")
              << '\n';
  }
  if (session.json)
    print_json({{"keys", std::move(list)}});
  else if (keys.empty())
    std::cout << "no keys; `clew keys add NAME` makes one\n";
  return kOk;
}

Result<ExitCode> revoke_key(const Session& session, const KeyOptions& options) {
  if (!has_keys(session)) {
    return fail(ErrorKind::not_found,
                "there is no key '" + labels::printable(options.name) + "' in use");
  }
  CLEW_TRY(store, KeyStore::open(serve::keys_path(session.directory)));
  CLEW_TRY(key, store->revoke(options.name, now()));
  if (session.json)
    print_json(key_json(key));
  else
    std::cout << "revoked " << key.id << ", " << labels::printable(key.name) << '\n';
  return kOk;
}

}  // namespace clew::app
