// The API keys of a folder of ledgers, in SQLite: made and revoked on the command line while the
// server runs, which asks at every request. Survives a kill at any moment.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "serve/api_key.h"
#include "sqlite/database.h"

namespace clew::serve {

struct KeyRecord {
  std::string id, name;
  Scope scope = Scope::read;
  std::int64_t made = 0;                // seconds since 1970
  std::optional<std::int64_t> revoked;  // the same
};

// For several threads at once.
class KeyStore {
 public:
  // Makes the file, readable by its owner alone, if there is none.
  static Result<std::unique_ptr<KeyStore>> open(const std::string& path);

  // The whole key, which nobody can ask for again. usage if the name is empty, longer than
  // kNameMax, has control characters, or is that of a key in use.
  static constexpr std::size_t kNameMax = 100;
  Result<ApiKey> make(const std::string& name, Scope scope, std::int64_t now);
  // By id or name. not_found if there is none in use.
  Result<KeyRecord> revoke(const std::string& which, std::int64_t now);
  Result<std::vector<KeyRecord>> list();  // in order of making
  // Who has this key; nothing if nobody, or no longer.
  Result<std::optional<KeyRecord>> find(const ApiKey& key);
  // Whether the database can be read now.
  Result<void> check();

 private:
  KeyStore() = default;
  std::mutex mutex_;
  std::unique_ptr<sqlite::Database> database_;
  std::optional<sqlite::Statement> find_;
};

}  // namespace clew::serve
