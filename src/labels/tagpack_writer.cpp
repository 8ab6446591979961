#include <algorithm>
#include <nlohmann/json.hpp>

#include "labels/tagpack.h"
#include "labels/yaml_writer.h"

namespace clew::labels {
namespace {

using nlohmann::json;

struct Field {
  std::string key;
  std::string value;  // what follows "key:", with its line break; empty: the field is not there
  bool operator==(const Field&) const = default;
};
using Fields = std::vector<Field>;

std::string text_value(const std::string& text) {
  return text.empty() ? std::string() : " " + yaml_text(text) + "\n";
}
std::string date_value(const std::string& text) {
  return text.empty() ? std::string() : " " + yaml_date(text) + "\n";
}
std::string flag_value(const std::optional<bool>& flag) {
  return flag ? (*flag ? " true\n" : " false\n") : "";
}
std::string list_value(const std::vector<std::string>& list, bool one_as_text) {
  if (list.empty()) return "";
  if (one_as_text && list.size() == 1 && !list[0].empty()) return text_value(list[0]);
  std::string out = " [";
  for (const auto& item : list)
    out += (out.size() > 2 ? ", " : "") + yaml_item(item);
  return out + "]\n";
}

void append(std::string& out, const Field& field, std::size_t indent) {
  if (!field.value.empty()) out += std::string(indent, ' ') + field.key + ":" + field.value;
}

void append_extra(Fields& fields, const std::string& extra, std::size_t indent) {
  if (extra.empty()) return;
  const auto object = json::parse(extra, nullptr, false);
  if (!object.is_object()) return;
  for (const auto& [key, value] : object.items())
    fields.push_back({yaml_key(key, indent), yaml_value(value.dump(), indent)});
}

// The fields that may stand in the header, in the same order for every label.
Fields shared_fields(const Label& label) {
  return {{"label", text_value(label.label)},
          {"currency", text_value(label.currency)},
          {"network", text_value(label.network)},
          {"category", list_value(label.categories, true)},
          {"concepts", list_value(label.concepts, false)},
          {"abuse", list_value(label.abuses, true)},
          {"actor", text_value(label.actor)},
          {"source", list_value(label.sources, true)},
          {"confidence", text_value(label.confidence)},
          {"is_cluster_definer", flag_value(label.is_cluster_definer)},
          {"lastmod", date_value(label.lastmod)}};
}
Fields shared_fields(const Actor& actor) {
  return {{"lastmod", date_value(actor.lastmod)}};
}

Fields own_fields(const Label& label) {
  const bool address = label.subject_kind == SubjectKind::address;
  return {{address ? "address" : "tx_hash", text_value(label.subject)},
          {"licence", text_value(label.licence)}};
}
Fields own_fields(const Actor& actor) {
  return {{"id", text_value(actor.id)},
          {"label", text_value(actor.label)},
          {"uri", text_value(actor.uri)},
          {"categories", list_value(actor.categories, false)},
          {"jurisdictions", list_value(actor.jurisdictions, false)},
          {"aliases", list_value(actor.aliases, false)}};
}

// A field that some items lack cannot stand in the header: they would inherit it.
template <class Item>
Fields common_fields(const std::vector<Item>& items) {
  if (items.empty()) return {};
  auto common = shared_fields(items[0]);
  for (const auto& item : items) {
    const auto fields = shared_fields(item);
    for (std::size_t i = 0; i < common.size(); ++i)
      if (!(fields[i] == common[i])) common[i].value.clear();
  }
  return common;
}

template <class Item>
void append_items(std::string& out, const char* key, const std::vector<Item>& items,
                  const Fields& common) {
  out += std::string(key) + (items.empty() ? ": []\n" : ":\n");
  for (const auto& item : items) {
    auto fields = own_fields(item);
    const auto shared = shared_fields(item);
    for (std::size_t i = 0; i < shared.size(); ++i)
      if (common[i].value.empty()) fields.push_back(shared[i]);
    append_extra(fields, item.extra, 2);
    const auto start = out.size();
    for (const auto& field : fields)
      append(out, field, 2);
    out[start] = '-';
  }
}

}  // namespace

std::string write_tagpack(const PackContent& content) {
  const auto& pack = content.pack;
  Fields header = {{"title", text_value(pack.title)},
                   {"creator", text_value(pack.creator)},
                   {"description", text_value(pack.description)},
                   {"licence", text_value(pack.licence)},
                   {"is_public", flag_value(pack.is_public)}};
  append_extra(header, pack.extra, 0);
  std::string out;
  for (const auto& field : header)
    append(out, field, 0);
  // A pack without any keeps its kind: what is a header field of one kind is none of the other.
  const bool of_actors = !content.actors.empty() || pack.format == "actorpack";
  if (content.labels.empty() && of_actors) {
    const auto common = common_fields(content.actors);
    for (const auto& field : common)
      append(out, field, 0);
    append_items(out, "actors", content.actors, common);
    return out;
  }
  const auto common = common_fields(content.labels);
  for (const auto& field : common)
    append(out, field, 0);
  append_items(out, "tags", content.labels, common);
  return out;
}

}  // namespace clew::labels
