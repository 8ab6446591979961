// Tables in text form: RFC 4180 with a comma, semicolon or tab between the cells, LF or CRLF, and
// an optional byte order mark.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clew::labels {

class CsvReader {
 public:
  // The separator is the first of tab, comma, semicolon that stands in the first line outside of
  // quotes. `text` must outlive the reader; `name` starts every error.
  CsvReader(std::string_view text, std::string_view name);
  // False at the end. Empty lines are passed over; blanks around a cell belong to it only if it
  // stands in quotes. data if a quoted cell does not end, or text
  // follows its closing quote.
  Result<bool> next(std::vector<std::string>& cells);
  // Of the row read last, from 1; a row with line breaks in its cells begins there.
  std::uint64_t line() const { return row_line_; }

 private:
  Result<void> quoted_cell(std::string& cell);
  bool at_line_end() const;

  std::string_view text_, name_;
  std::size_t offset_ = 0;
  std::uint64_t line_ = 1, row_line_ = 1;
  char separator_ = ',';
};

// A cell as RFC 4180 writes it: in quotes where it must be.
std::string csv_cell(std::string_view text);

}  // namespace clew::labels
