// Tables that other tools write, row by row, whatever kind of file they are in.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace clew::ingest {

// A cell as text: numbers in decimal, bytes as "0x…", moments in seconds since 1970 or as the file
// writes them.
struct ListCell {
  bool there = false;  // else it is null, or the row has none
  std::string text;
};

class ListTable {
 public:
  virtual ~ListTable() = default;

  // The next row's cells, one a column; false at the end. Columns that a row is the first to have
  // are added at the end. data that names the place if the file is damaged there.
  virtual Result<bool> next(std::vector<ListCell>& cells) = 0;
  // Whether columns() has all from the start.
  virtual bool knows_columns() const { return true; }
  // In the order of the cells, as the file writes them.
  const std::vector<std::string>& columns() const { return columns_; }
  // Of the row read last: the line that it begins in, or its number among the rows; from 1.
  std::uint64_t number() const { return number_; }
  std::string place() const { return "line " + std::to_string(number_); }

 protected:
  std::vector<std::string> columns_;
  std::uint64_t number_ = 0;
};

// CSV (also with semicolons or tabs) or JSON lines, each plain or gzip, or Parquet: by content, not
// by name. data if it is none of them, or damaged from the start; unsupported if it is Parquet and
// this program was built without.
Result<std::unique_ptr<ListTable>> open_list(FileSystem& files, const std::string& path);

// Of a text file that has been recognised.
Result<std::unique_ptr<ListTable>> open_csv_list(FileSystem& files, const std::string& path);
Result<std::unique_ptr<ListTable>> open_json_list(FileSystem& files, const std::string& path);
Result<std::unique_ptr<ListTable>> open_parquet_list(FileSystem& files, const std::string& path);

}  // namespace clew::ingest
