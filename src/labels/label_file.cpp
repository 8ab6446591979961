#include "labels/label_file.h"

#include <algorithm>

#include "labels/archive.h"
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
  if (pack.identity.empty()) pack.identity = file_identity(pack);
  if (!options.identity.empty()) pack.identity = options.identity;
}

Result<PackContent> parse(std::string_view text, LabelFormat format, const std::string& name,
                          const ImportOptions&) {
  switch (format) {
    case LabelFormat::yaml:
      return parse_tagpack(text, name);
    default:
      break;
  }
  return fail(ErrorKind::data,
              name + ": neither a TagPack, an ActorPack, a sanctions list nor a table");
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
    CLEW_TRY(content, parse((*member)->content, format, name, options));
    content.pack.origin = origin_of((*member)->path);
    content.pack.identity.clear();
    fill_in(content, options);
    CLEW_CHECK(take(std::move(content)));
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
  CLEW_TRY(content, parse(text, detect_format(text), path, options));
  fill_in(content, options);
  return take(std::move(content));
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
    return object && line.find("\"subject\"") != std::string_view::npos ? LabelFormat::jsonl
                                                                        : LabelFormat::json;
  }
  if (text[0] == '%' || text[0] == '#' || line.starts_with("---")) return LabelFormat::yaml;
  const auto colon = line.find(':');
  const auto separator = line.find_first_of(",;\t");
  if (colon != std::string_view::npos && colon < separator) return LabelFormat::yaml;
  return separator != std::string_view::npos ? LabelFormat::csv : LabelFormat::unknown;
}

}  // namespace clew::labels
