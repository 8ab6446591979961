#include "sqlite/schema.h"

namespace clew::sqlite {
namespace {

Result<void> create(const Database& database, const Schema& schema) {
  CLEW_TRY(transaction, Transaction::begin(database, Transaction::Kind::write));
  CLEW_TRY(version, database.integer("PRAGMA user_version"));
  if (version == schema.version) return {};  // another process was quicker
  CLEW_CHECK(database.execute(schema.tables));
  const auto pragma = [&](const char* name, std::int64_t value) {
    return database.execute(("PRAGMA " + std::string(name) + "=" + std::to_string(value)).c_str());
  };
  CLEW_CHECK(pragma("application_id", schema.application_id));
  CLEW_CHECK(pragma("user_version", schema.version));
  return transaction.commit();
}

}  // namespace

Result<bool> prepare_schema(const Database& database, Database::Mode mode, const Schema& schema) {
  CLEW_TRY(application, database.integer("PRAGMA application_id"));
  CLEW_TRY(version, database.integer("PRAGMA user_version"));
  CLEW_TRY(tables, database.integer("SELECT count(*) FROM sqlite_master"));
  if (application == schema.application_id && version == schema.version) return true;
  if (application == schema.application_id && version > schema.version)
    return fail(ErrorKind::unsupported, database.path() + ": written by a newer version (layout " +
                                            std::to_string(version) + ")");
  if (application != 0 || version != 0 || tables != 0)
    return fail(ErrorKind::corrupt, database.path() + ": not " + schema.name);
  if (mode == Database::Mode::read) return false;
  CLEW_CHECK(create(database, schema));
  return true;
}

}  // namespace clew::sqlite
