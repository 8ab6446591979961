#include <string_view>

#include "ingest/text_file.h"
#include "ingest/transfers/list_table.h"

namespace clew::ingest {

Result<std::unique_ptr<ListTable>> open_list(FileSystem& files, const std::string& path) {
  Bytes head;
  CLEW_CHECK(files.read_at(path, 0, 4, head));
  if (std::string_view(reinterpret_cast<const char*>(head.data()), head.size()) == "PAR1")
    return open_parquet_list(files, path);
  CLEW_TRY(file, TextFile::open(files, path));
  CLEW_TRY(line, file.next());
  if (!line) return fail(ErrorKind::data, "the file is empty");
  const auto begin = line->text.find_first_not_of(" \t\xef\xbb\xbf");
  if (begin != line->text.npos && line->text[begin] == '{') return open_json_list(files, path);
  return open_csv_list(files, path);
}

}  // namespace clew::ingest
