#include <nlohmann/json.hpp>

#include "labels/tagpack.h"
#include "labels/yaml_tree.h"

namespace clew::labels {
namespace {

using nlohmann::json;

template <class T>
struct TextField {
  std::string_view key;
  std::string T::*member;
};
template <class T>
struct ListField {
  std::string_view key;
  std::vector<std::string> T::*member;
};

constexpr TextField<Pack> kPackTexts[] = {{"title", &Pack::title},
                                          {"creator", &Pack::creator},
                                          {"description", &Pack::description},
                                          {"licence", &Pack::licence},
                                          {"license", &Pack::licence}};
constexpr TextField<Label> kLabelTexts[] = {
    {"label", &Label::label}, {"currency", &Label::currency},     {"network", &Label::network},
    {"actor", &Label::actor}, {"confidence", &Label::confidence}, {"lastmod", &Label::lastmod}};
constexpr ListField<Label> kLabelLists[] = {{"category", &Label::categories},
                                            {"concepts", &Label::concepts},
                                            {"abuse", &Label::abuses},
                                            {"source", &Label::sources}};
// Fields of a tag that we only carry; like the others they may stand in the header.
constexpr std::string_view kInheritedExtras[] = {"context", "tag_type", "created"};
constexpr TextField<Actor> kActorTexts[] = {{"id", &Actor::id},
                                            {"label", &Actor::label},
                                            {"uri", &Actor::uri},
                                            {"lastmod", &Actor::lastmod}};
constexpr ListField<Actor> kActorLists[] = {{"categories", &Actor::categories},
                                            {"jurisdictions", &Actor::jurisdictions},
                                            {"aliases", &Actor::aliases}};

const char* name(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::scalar:
      return "text";
    case YamlNode::Kind::sequence:
      return "a list";
    case YamlNode::Kind::mapping:
      return "a mapping";
  }
  return "";
}

class PackReader {
 public:
  explicit PackReader(std::string_view name) : name_(name) {}

  Result<PackContent> read(const YamlNode& root) {
    if (root.kind != YamlNode::Kind::mapping)
      return fail(ErrorKind::data,
                  where(name_, root) + ": a pack is a mapping, not " + labels::name(root.kind));
    const auto* tags = root.find("tags");
    const auto* actors = root.find("actors");
    if (!tags && !actors)
      return fail(ErrorKind::data, where(name_, root) + ": neither 'tags' nor 'actors' is there");
    out_.pack.format = tags ? "tagpack" : "actorpack";
    out_.pack.origin = origin_of(name_);
    // Included headers come first, so that the pack's own fields win.
    if (const auto* header = root.find("header")) CLEW_CHECK(read_header(*header));
    CLEW_CHECK(read_header(root));
    finish_extras();
    if (tags) CLEW_CHECK(read_tags(*tags));
    if (actors) CLEW_CHECK(read_actors(*actors));
    out_.pack.identity = file_identity(out_.pack);
    return std::move(out_);
  }

 private:
  Result<void> read_header(const YamlNode& header) {
    if (header.kind != YamlNode::Kind::mapping) return wrong_type("header", header, "a mapping");
    for (std::size_t i = 0; i + 1 < header.items.size(); i += 2) {
      const auto& key = header.items[i].text;
      if (key == "tags" || key == "actors" || key == "header") continue;
      CLEW_CHECK(read_header_field(key, header.items[i + 1]));
    }
    return {};
  }

  Result<void> read_header_field(const std::string& key, const YamlNode& value) {
    for (const auto& field : kPackTexts)
      if (field.key == key) return read_text(key, value, out_.pack.*field.member);
    if (key == "is_public") return read_flag(key, value, out_.pack.is_public);
    if (out_.pack.format == "actorpack") {
      CLEW_TRY(known, read_actor_field(key, value, base_actor_));
      if (known) return {};
    } else {
      CLEW_TRY(known, read_label_field(key, value, base_label_));
      if (known) return {};
      for (const auto& inherited : kInheritedExtras) {
        if (inherited != key) continue;
        base_extra_[key] = json::parse(to_json(value));
        return {};
      }
    }
    pack_extra_[key] = json::parse(to_json(value));
    return {};
  }

  void finish_extras() {
    if (!pack_extra_.empty()) out_.pack.extra = pack_extra_.dump();
    if (!base_extra_.empty()) base_label_.extra = base_extra_.dump();
  }

  Result<void> read_tags(const YamlNode& tags) {
    if (tags.is_null()) return {};
    if (tags.kind != YamlNode::Kind::sequence) return wrong_type("tags", tags, "a list");
    out_.labels.reserve(tags.items.size());
    for (const auto& tag : tags.items) {
      if (tag.kind != YamlNode::Kind::mapping) return wrong_type("tags", tag, "a list of mappings");
      CLEW_TRY(label, read_tag(tag));
      if (label.subject.empty())
        out_.skipped.add(where(name_, tag) + ": a tag without address and tx_hash");
      else
        out_.labels.push_back(std::move(label));
    }
    return {};
  }

  Result<Label> read_tag(const YamlNode& tag) {
    Label label = base_label_;
    json extra = base_extra_;
    bool own_extra = false;
    const bool has_address = tag.find("address") != nullptr;
    for (std::size_t i = 0; i + 1 < tag.items.size(); i += 2) {
      const auto& key = tag.items[i].text;
      const auto& value = tag.items[i + 1];
      // A tag with both is about the address; the hash stays beside it.
      const bool carried = key == "tx_hash" && has_address;
      if (!carried) {
        CLEW_TRY(known, read_label_field(key, value, label));
        if (known) continue;
      }
      if (key == "licence" || key == "license") {
        CLEW_CHECK(read_text(key, value, label.licence));
        continue;
      }
      extra[key] = json::parse(to_json(value));
      own_extra = true;
    }
    if (own_extra) label.extra = extra.dump();
    return label;
  }

  // False if the key is none of a label's own fields.
  Result<bool> read_label_field(const std::string& key, const YamlNode& value, Label& label) {
    if (key == "address" || key == "tx_hash") {
      label.subject_kind = key == "address" ? SubjectKind::address : SubjectKind::transaction;
      CLEW_CHECK(read_text(key, value, label.subject));
      return true;
    }
    if (key == "is_cluster_definer") {
      CLEW_CHECK(read_flag(key, value, label.is_cluster_definer));
      return true;
    }
    return read_fields(key, value, label, kLabelTexts, kLabelLists);
  }

  Result<bool> read_actor_field(const std::string& key, const YamlNode& value, Actor& actor) {
    return read_fields(key, value, actor, kActorTexts, kActorLists);
  }

  template <class T, std::size_t N, std::size_t M>
  Result<bool> read_fields(const std::string& key, const YamlNode& value, T& out,
                           const TextField<T> (&texts)[N], const ListField<T> (&lists)[M]) {
    for (const auto& field : texts) {
      if (field.key != key) continue;
      CLEW_CHECK(read_text(key, value, out.*field.member));
      return true;
    }
    for (const auto& field : lists) {
      if (field.key != key) continue;
      CLEW_CHECK(read_list(key, value, out.*field.member));
      return true;
    }
    return false;
  }

  Result<void> read_actors(const YamlNode& actors) {
    if (actors.is_null()) return {};
    if (actors.kind != YamlNode::Kind::sequence) return wrong_type("actors", actors, "a list");
    for (const auto& node : actors.items) {
      if (node.kind != YamlNode::Kind::mapping)
        return wrong_type("actors", node, "a list of mappings");
      Actor actor = base_actor_;
      json extra = json::object();
      for (std::size_t i = 0; i + 1 < node.items.size(); i += 2) {
        CLEW_TRY(known, read_actor_field(node.items[i].text, node.items[i + 1], actor));
        if (!known) extra[node.items[i].text] = json::parse(to_json(node.items[i + 1]));
      }
      if (!extra.empty()) actor.extra = extra.dump();
      if (actor.id.empty())
        out_.skipped.add(where(name_, node) + ": an actor without id");
      else
        out_.actors.push_back(std::move(actor));
    }
    return {};
  }

  Result<void> read_text(std::string_view key, const YamlNode& value, std::string& out) {
    if (value.kind != YamlNode::Kind::scalar) return wrong_type(key, value, "text");
    out = value.is_null() ? std::string() : value.text;
    return {};
  }

  Result<void> read_list(std::string_view key, const YamlNode& value,
                         std::vector<std::string>& out) {
    out.clear();
    if (value.kind == YamlNode::Kind::mapping) return wrong_type(key, value, "text or a list");
    if (value.kind == YamlNode::Kind::scalar) {
      if (!value.is_null() && !value.text.empty()) out.push_back(value.text);
      return {};
    }
    for (const auto& item : value.items) {
      if (item.kind != YamlNode::Kind::scalar) return wrong_type(key, item, "a list of texts");
      out.push_back(item.text);
    }
    return {};
  }

  Result<void> read_flag(std::string_view key, const YamlNode& value, std::optional<bool>& out) {
    if (value.kind != YamlNode::Kind::scalar) return wrong_type(key, value, "true or false");
    if (value.is_null()) {
      out.reset();
      return {};
    }
    if (classify_plain(value.text) != YamlScalar::boolean)
      return fail(ErrorKind::data,
                  where(name_, value) + ": key '" + std::string(key) + "' must be true or false");
    out = yaml_boolean(value.text);
    return {};
  }

  tl::unexpected<Error> wrong_type(std::string_view key, const YamlNode& value,
                                   std::string_view wanted) {
    return fail(ErrorKind::data, where(name_, value) + ": key '" + std::string(key) + "' must be " +
                                     std::string(wanted) + ", not " + labels::name(value.kind));
  }

  std::string_view name_;
  PackContent out_;
  Label base_label_;
  Actor base_actor_;
  json base_extra_ = json::object();
  json pack_extra_ = json::object();
};

}  // namespace

Result<PackContent> parse_tagpack(std::string_view text, std::string_view name) {
  CLEW_TRY(root, parse_yaml(text, name));
  return PackReader(name).read(root);
}

std::string origin_of(std::string_view path) {
  if (const auto slash = path.rfind('/'); slash != std::string_view::npos)
    path.remove_prefix(slash + 1);
  if (path.ends_with(".gz")) path.remove_suffix(3);
  return std::string(path);
}

std::string file_identity(const Pack& pack) {
  return pack.format + "|" + pack.creator + "|" + pack.title + "|" + pack.origin;
}

}  // namespace clew::labels
