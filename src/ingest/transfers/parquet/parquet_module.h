// What the module that reads Parquet offers to the program. Both are built together, by one
// compiler.
#pragma once

#include <string>

#include "ingest/transfers/list_table.h"

namespace clew::ingest {

inline constexpr const char* kParquetModule = "libclew_parquet.so";  // beside the program
inline constexpr const char* kOpenParquet = "clew_open_parquet";

// Opens a file; `out` receives the table, or data if it is damaged or holds what cannot be read.
using OpenParquet = void(const std::string& path, Result<std::unique_ptr<ListTable>>& out);

}  // namespace clew::ingest
