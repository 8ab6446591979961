// Which program a database file belongs to, and in which layout it is.
#pragma once

#include <cstdint>

#include "sqlite/database.h"

namespace clew::sqlite {

struct Schema {
  std::int64_t application_id = 0;  // of the kind of file; never 0
  std::int64_t version = 0;         // of its layout; never 0
  const char* tables = "";          // SQL that makes them
  const char* name = "";            // for messages: "a labels database"
};

// Creates the tables in an empty database (write mode). False if it is empty and stays so (read
// mode). unsupported if a newer program wrote it, corrupt if it is some other program's file.
Result<bool> prepare_schema(const Database& database, Database::Mode mode, const Schema& schema);

}  // namespace clew::sqlite
