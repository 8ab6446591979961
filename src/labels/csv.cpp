#include "labels/csv.h"

namespace clew::labels {
namespace {

char separator_of(std::string_view text) {
  bool in_quotes = false, comma = false, semicolon = false;
  for (const char c : text) {
    if (c == '"') in_quotes = !in_quotes;
    if (in_quotes) continue;
    if (c == '\n') break;
    if (c == '\t') return '\t';
    comma = comma || c == ',';
    semicolon = semicolon || c == ';';
  }
  return semicolon && !comma ? ';' : ',';
}

std::string_view without_blanks(std::string_view cell) {
  while (cell.starts_with(' '))
    cell.remove_prefix(1);
  while (cell.ends_with(' '))
    cell.remove_suffix(1);
  return cell;
}

}  // namespace

CsvReader::CsvReader(std::string_view text, std::string_view name) : text_(text), name_(name) {
  if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
  separator_ = separator_of(text_);
}

bool CsvReader::at_line_end() const {
  return offset_ >= text_.size() || text_[offset_] == '\n' ||
         (text_[offset_] == '\r' && offset_ + 1 < text_.size() && text_[offset_ + 1] == '\n') ||
         (text_[offset_] == '\r' && offset_ + 1 == text_.size());
}

Result<bool> CsvReader::next(std::vector<std::string>& cells) {
  cells.clear();
  while (offset_ < text_.size() && at_line_end()) {
    if (text_[offset_++] == '\n') ++line_;
  }
  if (offset_ >= text_.size()) return false;
  row_line_ = line_;
  while (true) {
    std::string cell;
    if (offset_ < text_.size() && text_[offset_] == '"') {
      CLEW_CHECK(quoted_cell(cell));
    } else {
      const auto begin = offset_;
      while (!at_line_end() && text_[offset_] != separator_)
        ++offset_;
      cell = without_blanks(text_.substr(begin, offset_ - begin));
    }
    cells.push_back(std::move(cell));
    if (at_line_end()) return true;
    ++offset_;  // the separator
  }
}

Result<void> CsvReader::quoted_cell(std::string& cell) {
  const auto opened = line_;
  ++offset_;
  while (true) {
    if (offset_ >= text_.size())
      return fail(ErrorKind::data, std::string(name_) + ":" + std::to_string(opened) +
                                       ": a quoted cell does not end");
    const char c = text_[offset_++];
    if (c == '\n') ++line_;
    if (c != '"') {
      cell += c;
    } else if (offset_ < text_.size() && text_[offset_] == '"') {
      cell += '"';
      ++offset_;
    } else {
      break;
    }
  }
  if (at_line_end() || text_[offset_] == separator_) return {};
  return fail(ErrorKind::data, std::string(name_) + ":" + std::to_string(line_) +
                                   ": text after the closing quote of a cell");
}

std::string csv_cell(std::string_view text) {
  const bool outer_blank = text.starts_with(' ') || text.ends_with(' ');
  if (!outer_blank && text.find_first_of(",;\t\"\r\n") == text.npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

}  // namespace clew::labels
