#include "labels/csv_labels.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "labels/csv.h"
#include "labels/json_text.h"
#include "labels/printable.h"
#include "labels/tagpack.h"

namespace clew::labels {
namespace {

constexpr std::string_view kFields[] = {"address", "tx_hash",  "label",      "currency",
                                        "network", "category", "concepts",   "abuse",
                                        "actor",   "source",   "confidence", "is_cluster_definer",
                                        "lastmod", "licence"};
// Columns of our own export that say which pack a label came from.
constexpr std::string_view kPackColumns[] = {"pack", "creator", "is_public"};

bool is_field(std::string_view name) {
  return std::find(std::begin(kFields), std::end(kFields), name) != std::end(kFields);
}

bool is_pack_column(std::string_view name) {
  return std::find(std::begin(kPackColumns), std::end(kPackColumns), name) !=
         std::end(kPackColumns);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}
std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

std::string joined(const std::vector<std::string>& list) {
  std::string out;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i > 0) out += '|';
    for (const char c : list[i]) {
      if (c == '|' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out;
}
std::vector<std::string> cut(std::string_view text) {
  std::vector<std::string> out;
  std::string item;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '|' || text[i + 1] == '\\')) {
      item += text[++i];
    } else if (text[i] == '|') {
      out.push_back(std::move(item));
      item.clear();
    } else {
      item += text[i];
    }
  }
  if (!out.empty() || !item.empty()) out.push_back(std::move(item));
  return out;
}

std::optional<bool> truth(const std::string& text) {
  const auto word = lower(text);
  if (word == "true" || word == "yes" || word == "1") return true;
  if (word == "false" || word == "no" || word == "0") return false;
  return std::nullopt;
}

// Puts one cell into its field; false if the text cannot stand there.
bool set_field(Label& label, std::string_view field, const std::string& text) {
  const auto append = [&](std::vector<std::string>& list) {
    for (auto& item : cut(text))
      list.push_back(std::move(item));
  };
  if (field == "address" || field == "tx_hash") {
    if (text.empty()) return true;
    label.subject_kind = field == "address" ? SubjectKind::address : SubjectKind::transaction;
    label.subject = text;
  } else if (field == "label") {
    label.label = text;
  } else if (field == "currency") {
    label.currency = text;
  } else if (field == "network") {
    label.network = text;
  } else if (field == "category") {
    append(label.categories);
  } else if (field == "concepts") {
    append(label.concepts);
  } else if (field == "abuse") {
    append(label.abuses);
  } else if (field == "actor") {
    label.actor = text;
  } else if (field == "source") {
    append(label.sources);
  } else if (field == "confidence") {
    label.confidence = text;
  } else if (field == "is_cluster_definer") {
    label.is_cluster_definer = truth(text);
    return text.empty() || label.is_cluster_definer.has_value();
  } else if (field == "lastmod") {
    label.lastmod = text;
  } else if (field == "licence") {
    label.licence = text;
  }
  return true;
}

bool set_pack(Pack& pack, std::string_view column, const std::string& text) {
  if (column == "pack") {
    pack.title = text;
  } else if (column == "creator") {
    pack.creator = text;
  } else {
    pack.is_public = truth(text);
    return text.empty() || pack.is_public.has_value();
  }
  return true;
}

// Where the value of a field comes from, once the header is known.
struct Source {
  std::string field;  // empty: kept in `extra` under `name`
  std::string name;   // of the column
  std::size_t column = 0;
  bool constant = false;
  std::string value;  // of a constant
};

class TableReader {
 public:
  TableReader(std::string_view text, std::string_view name) : rows_(text, name), name_(name) {}

  Result<std::vector<PackContent>> read(const ColumnMap& map) {
    std::vector<std::string> header;
    CLEW_TRY(any, rows_.next(header));
    if (!any) return fail(ErrorKind::data, std::string(name_) + ": an empty table");
    for (auto& column : header)
      column = trimmed(column);
    CLEW_TRY(sources, map.entries.empty() ? by_header(header) : by_map(map, header));
    std::vector<std::string> cells;
    while (true) {
      CLEW_TRY(more, rows_.next(cells));
      if (!more) break;
      CLEW_CHECK(read_row(cells, header.size(), sources));
    }
    if (packs_.empty()) packs_.emplace_back();
    for (auto& content : packs_) {
      content.pack.format = "csv";
      content.pack.origin = origin_of(name_);
      content.pack.identity = file_identity(content.pack);
    }
    packs_.front().skipped = std::move(skipped_);
    return std::move(packs_);
  }

 private:
  std::string at_line() const { return std::string(name_) + ":" + std::to_string(rows_.line()); }

  Result<std::vector<Source>> by_header(const std::vector<std::string>& header) {
    std::vector<Source> out;
    std::string_view subject;  // the column that holds it
    bool says = false;
    for (std::size_t i = 0; i < header.size(); ++i) {
      const auto field = lower(header[i]);
      if (header[i].empty()) continue;
      if (field == "address" || (subject.empty() && field == "tx_hash")) subject = header[i];
      says = says || field == "label";
      const bool known = is_field(field) || is_pack_column(field);
      out.push_back({known ? field : "", header[i], i, false, ""});
      CLEW_CHECK(check_only(out));
    }
    if (subject.empty())
      return fail(ErrorKind::usage,
                  std::string(name_) + ": no column is called 'address'; say which one holds it, " +
                      "for example --map \"address=" + csv_cell(header[0]) +
                      ",label=…\" (columns: " + printable(listed(header)) + ")");
    if (!says)
      return fail(ErrorKind::usage,
                  std::string(name_) +
                      ": no column is called 'label'; say which one holds it, or " +
                      "what all are, for example --map \"address=" + csv_cell(subject) +
                      ",label='Phishing'\" (columns: " + printable(listed(header)) + ")");
    return out;
  }

  // usage if the last source is one of those before it once more: one of both would be lost.
  Result<void> check_only(const std::vector<Source>& sources) const {
    const auto& last = sources.back();
    const auto same = [&](const Source& other) {
      return &other != &last &&
             (last.field.empty() ? other.name == last.name : other.field == last.field);
    };
    if (std::none_of(sources.begin(), sources.end(), same)) return {};
    return fail(ErrorKind::usage, std::string(name_) + ": column '" + printable(last.name) +
                                      "' is there a second time");
  }

  Result<std::vector<Source>> by_map(const ColumnMap& map, const std::vector<std::string>& header) {
    std::vector<Source> out;
    for (const auto& entry : map.entries) {
      Source source{entry.field, entry.source, 0, entry.constant, entry.source};
      if (!entry.constant) {
        const auto found = std::find(header.begin(), header.end(), entry.source);
        if (found == header.end())
          return fail(ErrorKind::usage, std::string(name_) + ": no column is called '" +
                                            entry.source +
                                            "' (columns: " + printable(listed(header)) + ")");
        if (std::find(found + 1, header.end(), entry.source) != header.end())
          return fail(ErrorKind::usage, std::string(name_) + ": column '" + entry.source +
                                            "' is there a second time");
        source.column = static_cast<std::size_t>(found - header.begin());
      }
      out.push_back(std::move(source));
    }
    return out;
  }

  static std::string listed(const std::vector<std::string>& header) {
    std::string out;
    for (const auto& column : header)
      out += (out.empty() ? "" : ", ") + column;
    return out.substr(0, 400);
  }

  Result<void> read_row(const std::vector<std::string>& cells, std::size_t width,
                        const std::vector<Source>& sources) {
    if (cells.size() != width) {
      skipped_.add(at_line() + ": " + std::to_string(cells.size()) +
                   (cells.size() == 1 ? " cell" : " cells") + ", the header has " +
                   std::to_string(width));
      return {};
    }
    Label label;
    Pack pack;
    nlohmann::json extra = nlohmann::json::object();
    for (const auto& source : sources) {
      const auto text = source.constant ? source.value : csv_unguarded(cells[source.column]);
      if (!valid_utf8(text))
        return fail(ErrorKind::data, at_line() + ": column '" + source.name + "' is not UTF-8");
      if (source.field.empty()) {
        CLEW_CHECK(set_extra(extra, source.name, text));
      } else if (!(is_pack_column(source.field) ? set_pack(pack, source.field, text)
                                                : set_field(label, source.field, text))) {
        return fail(ErrorKind::data, at_line() + ": column '" + source.name +
                                         "' must be true or false, not '" +
                                         printable(text.substr(0, 40)) + "'");
      }
    }
    if (label.subject.empty()) {
      skipped_.add(at_line() + ": no address");
      return {};
    }
    label.extra = extra_text(extra);
    content_of(pack).labels.push_back(std::move(label));
    return {};
  }

  // The content of the pack that a row tells of. Title and creator alone tell packs of one file
  // apart (see file_identity()).
  PackContent& content_of(const Pack& pack) {
    const auto [place, fresh] = places_.try_emplace({pack.title, pack.creator}, packs_.size());
    if (fresh) packs_.push_back(PackContent{.pack = pack});
    auto& content = packs_[place->second];
    if (!content.pack.is_public) content.pack.is_public = pack.is_public;
    return content;
  }

  // The column "extra" of our own export holds a JSON object; other columns are texts.
  Result<void> set_extra(nlohmann::json& extra, const std::string& column,
                         const std::string& text) {
    if (text.empty()) return {};
    if (column != "extra") {
      extra[column] = text;
      return {};
    }
    const auto object = parse_json(text);
    if (!object || !object->is_object())
      return fail(ErrorKind::data, at_line() + ": column 'extra' must be a JSON object");
    extra.update(*object);
    return {};
  }

  CsvReader rows_;
  std::string_view name_;
  std::vector<PackContent> packs_;
  std::map<std::pair<std::string, std::string>, std::size_t> places_;  // in packs_
  Skips skipped_;
};

}  // namespace

Result<ColumnMap> parse_column_map(std::string_view spec) {
  ColumnMap map;
  const auto wrong = [&](std::size_t at, const std::string& what) {
    return fail(ErrorKind::usage, "column map, character " + std::to_string(at + 1) + ": " + what);
  };
  std::size_t i = 0;
  while (i < spec.size()) {
    const auto begin = i;
    const auto equals = spec.find('=', i);
    if (equals == spec.npos) return wrong(begin, "field=column expected");
    ColumnMap::Entry entry;
    entry.field = lower(trimmed(spec.substr(i, equals - i)));
    if (!is_field(entry.field)) {
      std::string known;
      for (const auto& field : kFields)
        known += (known.empty() ? "" : ", ") + std::string(field);
      return wrong(begin, "no field is called '" + entry.field + "' (fields: " + known + ")");
    }
    for (const auto& other : map.entries)
      if (other.field == entry.field) return wrong(begin, "'" + entry.field + "' a second time");
    i = equals + 1;
    if (i < spec.size() && (spec[i] == '"' || spec[i] == '\'')) {
      const auto close = spec.find(spec[i], i + 1);
      if (close == spec.npos) return wrong(i, "the quote does not close");
      entry.constant = spec[i] == '\'';
      entry.source = spec.substr(i + 1, close - i - 1);
      i = close + 1;
      if (i < spec.size() && spec[i] != ',') return wrong(i, "a comma expected");
    } else {
      const auto comma = std::min(spec.find(',', i), spec.size());
      entry.source = trimmed(spec.substr(i, comma - i));
      if (entry.source.empty()) return wrong(i, "a column expected");
      i = comma;
    }
    map.entries.push_back(std::move(entry));
    if (i < spec.size() && ++i == spec.size()) return wrong(i, "field=column expected");
  }
  const auto has = [&](std::string_view field) {
    return std::any_of(map.entries.begin(), map.entries.end(),
                       [&](const auto& entry) { return entry.field == field; });
  };
  if (map.entries.empty()) return map;
  if (!has("address") && !has("tx_hash")) return wrong(0, "'address' is missing");
  if (!has("label"))
    return wrong(0, "'label' is missing: label=Column, or label='text' for every row");
  return map;
}

Result<std::vector<PackContent>> parse_csv_labels(std::string_view text, std::string_view name,
                                                  const ColumnMap& map) {
  return TableReader(text, name).read(map);
}

std::string csv_label_header() {
  std::string out;
  for (const auto& field : kFields)
    out += std::string(field) + ",";
  for (const auto& column : kPackColumns)
    out += std::string(column) + ",";
  return out + "extra\n";
}

std::string csv_label_row(const Label& label, const Pack& pack) {
  const bool address = label.subject_kind == SubjectKind::address;
  const auto flag = [](const std::optional<bool>& value) {
    return value ? (*value ? "true" : "false") : "";
  };
  const auto& licence = label.licence.empty() ? pack.licence : label.licence;
  const std::string cells[] = {address ? label.subject : "",
                               address ? "" : label.subject,
                               label.label,
                               label.currency,
                               label.network,
                               joined(label.categories),
                               joined(label.concepts),
                               joined(label.abuses),
                               label.actor,
                               joined(label.sources),
                               label.confidence,
                               flag(label.is_cluster_definer),
                               label.lastmod,
                               licence,
                               pack.title,
                               pack.creator,
                               flag(pack.is_public),
                               label.extra};
  std::string out;
  for (const auto& cell : cells)
    out += csv_cell(csv_guarded(cell)) + ",";
  out.back() = '\n';
  return out;
}

}  // namespace clew::labels
