#include "labels/export.h"

#include <filesystem>
#include <set>

#include "labels/csv_labels.h"
#include "labels/jsonl.h"
#include "labels/printable.h"
#include "labels/tagpack.h"

namespace clew::labels {
namespace {

const char* suffix(ExportFormat format) {
  switch (format) {
    case ExportFormat::tagpack:
      return ".yaml";
    case ExportFormat::csv:
      return ".csv";
    case ExportFormat::jsonl:
      return ".jsonl";
  }
  return "";
}

std::string text_of(const PackContent& content, ExportFormat format) {
  if (format == ExportFormat::tagpack) return write_tagpack(content);
  std::string out;
  if (format == ExportFormat::csv) {
    for (const auto& label : content.labels)
      out += csv_label_row(label, content.pack);
    return out;
  }
  out = jsonl_pack(content.pack);
  for (const auto& label : content.labels)
    out += jsonl_label(label);
  for (const auto& actor : content.actors)
    out += jsonl_actor(actor);
  return out;
}

void count(ExportReport& report, const PackContent& content) {
  ++report.packs;
  report.labels += content.labels.size();
  report.actors += content.actors.size();
}

// The pack's own file name without what could lead out of the folder or hide the file, made unique.
std::string file_name(const Pack& pack, ExportFormat format, std::set<std::string>& taken) {
  std::string stem;
  for (const char c : std::filesystem::path(pack.origin).stem().string()) {
    const bool good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c == '-' || c == '_' || (c == '.' && !stem.empty());
    stem += good ? c : '_';
  }
  if (stem.empty()) stem = pack.format;
  stem.resize(std::min<std::size_t>(stem.size(), 100));
  auto name = stem + suffix(format);
  for (int i = 2; !taken.insert(name).second; ++i)
    name = stem + "-" + std::to_string(i) + suffix(format);
  return name;
}

// The packs that the filter lets through; not_found if it names one and that is none of them.
Result<void> each_pack(const Store& store, const LabelFilter& filter,
                       const Store::PackVisitor& visit) {
  bool any = filter.pack.empty();
  CLEW_CHECK(store.for_each_pack(filter, [&](PackContent content) {
    any = true;
    return visit(std::move(content));
  }));
  if (any) return {};
  return fail(ErrorKind::not_found,
              "no pack is called '" + printable(filter.pack) + "'" +
                  (filter.only_private.value_or(false) ? " among your own" : ""));
}

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return path.ends_with('/') || std::filesystem::is_directory(path, ignored);
}

Result<ExportReport> export_folder(const Store& store, const std::string& path, ExportFormat format,
                                   const LabelFilter& filter, FileSystem& files) {
  ExportReport report;
  std::set<std::string> taken;
  CLEW_CHECK(each_pack(store, filter, [&](PackContent content) -> Result<void> {
    CLEW_CHECK(files.make_directories(path));
    if (content.labels.empty() && content.actors.empty()) return {};
    auto text = format == ExportFormat::csv ? csv_label_header() : std::string();
    text += text_of(content, format);
    const auto file =
        path + (path.ends_with('/') ? "" : "/") + file_name(content.pack, format, taken);
    CLEW_CHECK(write_atomically(files, file, as_bytes(text)));
    report.files.push_back(file);
    count(report, content);
    return {};
  }));
  CLEW_CHECK(files.make_directories(path));
  return report;
}

Result<std::string> one_text(const Store& store, ExportFormat format, const LabelFilter& filter,
                             ExportReport& report) {
  std::string text = format == ExportFormat::csv ? csv_label_header() : std::string();
  CLEW_CHECK(each_pack(store, filter, [&](PackContent content) -> Result<void> {
    if (content.labels.empty() && content.actors.empty()) return {};
    count(report, content);
    if (format == ExportFormat::tagpack && report.packs > 1)
      return fail(ErrorKind::usage,
                  "a TagPack file holds one pack: name a folder, or choose one pack");
    text += text_of(content, format);
    return {};
  }));
  return text;
}

}  // namespace

std::optional<ExportFormat> find_export_format(std::string_view name) {
  if (name == "tagpack" || name == "yaml") return ExportFormat::tagpack;
  if (name == "csv") return ExportFormat::csv;
  if (name == "jsonl") return ExportFormat::jsonl;
  return std::nullopt;
}

Result<ExportReport> export_labels(const Store& store, const std::string& path, ExportFormat format,
                                   const LabelFilter& filter, FileSystem& files) {
  if (is_folder(path)) return export_folder(store, path, format, filter, files);
  ExportReport report;
  CLEW_TRY(text, one_text(store, format, filter, report));
  CLEW_CHECK(write_atomically(files, path, as_bytes(text)));
  report.files.push_back(path);
  return report;
}

Result<std::string> export_text(const Store& store, ExportFormat format,
                                const LabelFilter& filter) {
  ExportReport report;
  return one_text(store, format, filter, report);
}

}  // namespace clew::labels
