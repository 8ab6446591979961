// RFC 4180 with a comma, semicolon or tab between the cells, and a first line of names. A quoted
// cell may go on over lines.
#include "ingest/text_file.h"
#include "ingest/transfers/list_table.h"

namespace clew::ingest {
namespace {

char separator_of(std::string_view line) {
  for (const char c : {'\t', ',', ';'})
    if (line.find(c) != std::string_view::npos) return c;
  return ',';
}

std::string_view without_blanks(std::string_view cell) {
  while (cell.starts_with(' '))
    cell.remove_prefix(1);
  while (cell.ends_with(' ') || cell.ends_with('\r'))
    cell.remove_suffix(1);
  return cell;
}

class CsvTable final : public ListTable {
 public:
  explicit CsvTable(TextFile file) : file_(std::move(file)) {}

  Result<void> read_names() {
    CLEW_TRY(line, file_.next());
    if (!line) return fail(ErrorKind::data, "the file is empty");
    std::string_view text = line->text;
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    separator_ = separator_of(text);
    std::vector<ListCell> names;
    number_ = line->number;
    CLEW_CHECK(split(text, names));
    for (auto& name : names)
      columns_.push_back(std::move(name.text));
    return {};
  }

  Result<bool> next(std::vector<ListCell>& cells) override {
    CLEW_TRY(line, file_.next());
    if (!line) return false;
    number_ = line->number;
    CLEW_CHECK(split(line->text, cells));
    if (cells.size() != columns_.size())
      return fail(ErrorKind::data, place() + ": " + std::to_string(cells.size()) +
                                       " cells, but the first line names " +
                                       std::to_string(columns_.size()));
    return true;
  }

 private:
  Result<void> split(std::string_view line, std::vector<ListCell>& cells) {
    std::size_t count = 0;
    const auto cell = [&]() -> std::string& {
      if (count == cells.size()) cells.emplace_back();
      return cells[count++].text;
    };
    std::size_t at = 0;
    while (true) {
      std::string& text = cell();
      if (at < line.size() && line[at] == '"') {
        CLEW_CHECK(quoted(line, at, text));
      } else {
        const auto end = std::min(line.find(separator_, at), line.size());
        text = without_blanks(line.substr(at, end - at));
        at = end;
      }
      if (at >= line.size()) break;
      ++at;  // the separator
    }
    cells.resize(count);
    for (auto& each : cells)
      each.there = !each.text.empty();
    return {};
  }

  // `at` goes past the closing quote. Takes more lines if the cell goes on there: then `line` is
  // another.
  Result<void> quoted(std::string_view& line, std::size_t& at, std::string& text) {
    text.clear();
    ++at;
    while (true) {
      if (at >= line.size()) {
        CLEW_TRY(more, file_.next());
        if (!more || text.size() > kCellMax)
          return fail(ErrorKind::data, place() + ": a quoted cell does not end");
        text += '\n';
        line = more->text;
        at = 0;
        continue;
      }
      const char c = line[at++];
      if (c != '"') {
        text += c;
      } else if (at < line.size() && line[at] == '"') {
        text += '"';
        ++at;
      } else {
        break;
      }
    }
    if (at < line.size() && line[at] == '\r') ++at;
    if (at >= line.size() || line[at] == separator_) return {};
    return fail(ErrorKind::data, place() + ": text after the closing quote of a cell");
  }

  static constexpr std::size_t kCellMax = 1 << 20;
  TextFile file_;
  char separator_ = ',';
};

}  // namespace

Result<std::unique_ptr<ListTable>> open_csv_list(FileSystem& files, const std::string& path) {
  CLEW_TRY(file, TextFile::open(files, path));
  auto table = std::make_unique<CsvTable>(std::move(file));
  CLEW_CHECK(table->read_names());
  return std::unique_ptr<ListTable>(std::move(table));
}

}  // namespace clew::ingest
