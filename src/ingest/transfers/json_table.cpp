// One JSON object a line. Numbers are taken as they are written, as amounts are larger than what a
// JSON library calls a number.
#include <algorithm>

#include "base/json_cursor.h"
#include "ingest/text_file.h"
#include "ingest/transfers/list_table.h"

namespace clew::ingest {
namespace {

constexpr std::size_t kColumnsMax = 1000;

class JsonTable final : public ListTable {
 public:
  explicit JsonTable(TextFile file) : file_(std::move(file)) {}

  Result<bool> next(std::vector<ListCell>& cells) override {
    CLEW_TRY(line, file_.next());
    if (!line) return false;
    number_ = line->number;
    cells.resize(columns_.size());
    for (auto& cell : cells)
      cell.there = false;
    if (auto read = read_row(line->text, cells); !read)
      return fail(std::move(read).error().within(place()));
    return true;
  }
  bool knows_columns() const override { return false; }

 private:
  Result<void> read_row(std::string_view text, std::vector<ListCell>& cells) {
    JsonCursor json(text);
    std::size_t guess = 0;  // rows have their fields in one order
    CLEW_CHECK(for_each_field(json, "row", [&](std::string_view key) -> Result<void> {
      CLEW_TRY(column, column_of(key, guess));
      guess = column + 1;
      if (cells.size() < columns_.size()) cells.resize(columns_.size());
      return read_cell(json, text, key, cells[column]);
    }));
    if (!json.at_end()) return fail(ErrorKind::data, "there is more after the object");
    return {};
  }

  Result<std::size_t> column_of(std::string_view key, std::size_t guess) {
    if (guess < columns_.size() && columns_[guess] == key) return guess;
    const auto found = std::find(columns_.begin(), columns_.end(), key);
    if (found != columns_.end()) return static_cast<std::size_t>(found - columns_.begin());
    if (columns_.size() == kColumnsMax)
      return fail(ErrorKind::data, "more than " + std::to_string(kColumnsMax) + " fields");
    columns_.emplace_back(key);
    return columns_.size() - 1;
  }

  static Result<void> read_cell(JsonCursor& json, std::string_view text, std::string_view key,
                                ListCell& cell) {
    if (json.take_null()) {
      cell.there = false;
      return {};
    }
    if (json.peek() == '"') {
      std::string_view value;
      if (!json.take_string(value)) return json.fail_here(key);
      cell.text = value;
    } else {
      const auto begin = json.offset();
      if (!json.skip_value()) return json.fail_here(key);
      cell.text = text.substr(begin, json.offset() - begin);
    }
    cell.there = !cell.text.empty();
    return {};
  }

  TextFile file_;
};

}  // namespace

Result<std::unique_ptr<ListTable>> open_json_list(FileSystem& files, const std::string& path) {
  CLEW_TRY(file, TextFile::open(files, path));
  return std::unique_ptr<ListTable>(std::make_unique<JsonTable>(std::move(file)));
}

}  // namespace clew::ingest
