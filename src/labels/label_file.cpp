#include "labels/label_file.h"

#include <algorithm>

#include "labels/archive.h"
#include "labels/csv_labels.h"
#include "labels/jsonl.h"
#include "labels/sanctions.h"
#include "labels/tagpack.h"

namespace clew::labels {
namespace {

std::string_view text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void fill(std::string& field, const std::string& value) {
  if (field.empty()) field = value;
}
void fill(std::vector<std::string>& field, const std::string& value) {
  if (field.empty() && !value.empty()) field.push_back(value);
}

// What the user says about the file stands in where the file says nothing.
void fill_in(PackContent& content, const ImportOptions& options) {
  auto& pack = content.pack;
  fill(pack.title, options.title);
  fill(pack.creator, options.creator);
  fill(pack.licence, options.licence);
  if (!pack.is_public) pack.is_public = options.is_public;
  for (auto& label : content.labels) {
    fill(label.sources, options.source);
    fill(label.confidence, options.confidence);
    fill(label.currency, options.currency);
    fill(label.categories, options.category);
    fill(label.lastmod, options.lastmod);
  }
  // A title or creator given by the user does not change which pack the file is.
  if (pack.identity.empty()) pack.identity = file_identity(pack);
  if (!options.identity.empty()) pack.identity = options.identity;
}

Result<PackContent> parse(std::string_view text, LabelFormat format, const std::string& name) {
  switch (format) {
    case LabelFormat::yaml:
      return parse_tagpack(text, name);
    case LabelFormat::json:
      return parse_sanctions_json(text, name);
    case LabelFormat::xml:
      return parse_sdn_xml(text, name);
    default:
      break;
  }
  return fail(ErrorKind::data,
              name + ": neither a TagPack, an ActorPack, a sanctions list nor a table");
}

// `origin` is set for members of an archive, whose name for errors is not their file's name.
Result<void> read_packs(std::string_view text, LabelFormat format, const std::string& name,
                        const std::string& origin, const ImportOptions& options,
                        const TakePack& take) {
  const auto finish = [&](PackContent content) -> Result<void> {
    if (!origin.empty() && content.pack.origin == origin_of(name)) {
      const bool by_file = content.pack.identity == file_identity(content.pack);
      content.pack.origin = origin;
      if (by_file) content.pack.identity.clear();
    }
    fill_in(content, options);
    return take(std::move(content));
  };
  if (format == LabelFormat::jsonl) return parse_jsonl(text, name, finish);
  // One command may import files of several forms: the map is for the tables among them. A table
  // of one column has no separator, and only the map tells that it is one.
  const bool mapped = format == LabelFormat::unknown && !options.map.empty();
  if (format == LabelFormat::csv || mapped) {
    CLEW_TRY(map, parse_column_map(options.map));
    CLEW_TRY(packs, parse_csv_labels(text, name, map));
    for (auto& content : packs)
      CLEW_CHECK(finish(std::move(content)));
    return {};
  }
  CLEW_TRY(content, parse(text, format, name));
  return finish(std::move(content));
}

Result<void> read_archive(const std::string& path, std::string_view bytes,
                          const ImportOptions& options, Skips& skipped, const TakePack& take) {
  TarReader reader(bytes);
  while (true) {
    auto member = reader.next();
    if (!member) return fail(std::move(member).error().within(path));
    if (!*member) return {};
    const auto name = path + "(" + (*member)->path + ")";
    const auto format = detect_format((*member)->content);
    if (format == LabelFormat::unknown) {
      skipped.add(name + ": no label file");
      continue;
    }
    CLEW_CHECK(
        read_packs((*member)->content, format, name, origin_of((*member)->path), options, take));
  }
}

}  // namespace

Result<void> read_label_file(const std::string& path, Bytes bytes, const ImportOptions& options,
                             Skips& skipped, const TakePack& take) {
  if (is_gzip(text_of(bytes))) {
    auto unpacked = gunzip(text_of(bytes), options.unpacked_bytes_max);
    if (!unpacked) return fail(std::move(unpacked).error().within(path));
    bytes = *std::move(unpacked);
  }
  const auto text = text_of(bytes);
  if (is_tar(text)) return read_archive(path, text, options, skipped, take);
  return read_packs(text, detect_format(text), path, "", options, take);
}

LabelFormat detect_format(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return LabelFormat::unknown;
  text.remove_prefix(first);
  if (text[0] == '<') return LabelFormat::xml;
  if (text.find('\0') < 4096) return LabelFormat::unknown;  // no text
  const auto line = text.substr(0, std::min(text.find('\n'), text.size()));
  if (text[0] == '{') {
    // One object a line: JSON lines; otherwise one object over the whole file.
    const auto closed = line.find_last_not_of(" \t\r");
    const bool object = closed != std::string_view::npos && line[closed] == '}';
    return object && line.find("\"record\"") != std::string_view::npos ? LabelFormat::jsonl
                                                                       : LabelFormat::json;
  }
  if (text[0] == '%' || text[0] == '#' || line.starts_with("---")) return LabelFormat::yaml;
  const auto colon = line.find(':');
  const auto separator = line.find_first_of(",;\t");
  if (colon != std::string_view::npos && colon < separator) return LabelFormat::yaml;
  return separator != std::string_view::npos ? LabelFormat::csv : LabelFormat::unknown;
}

}  // namespace clew::labels
