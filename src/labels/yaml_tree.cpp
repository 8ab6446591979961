#include "labels/yaml_tree.h"

#include <yaml.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

namespace clew::labels {
namespace {

// Numbers past 32 bits cannot occur: a file is read only up to 4 GiB of lines.
std::uint32_t position(std::size_t zero_based) {
  return static_cast<std::uint32_t>(std::min<std::size_t>(zero_based, 0xfffffffe) + 1);
}

std::string_view view(const yaml_char_t* text, std::size_t size) {
  return {reinterpret_cast<const char*>(text), size};
}
std::string_view view(const yaml_char_t* text) {
  return text ? reinterpret_cast<const char*>(text) : std::string_view();
}

struct Weight {
  std::uint64_t nodes = 0, bytes = 0;
};
Weight weigh(const YamlNode& node) {  // recursion is bounded by depth_max
  Weight sum{1, node.text.size()};
  for (const auto& item : node.items) {
    const auto part = weigh(item);
    sum.nodes += part.nodes;
    sum.bytes += part.bytes;
  }
  return sum;
}
std::size_t depth(const YamlNode& node) {
  std::size_t deepest = 0;
  for (const auto& item : node.items)
    deepest = std::max(deepest, depth(item));
  return deepest + 1;
}

class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() {
    if (filled_) yaml_event_delete(&event_);
  }
  bool read(yaml_parser_t& parser) {
    filled_ = yaml_parser_parse(&parser, &event_) != 0;
    return filled_;
  }
  const yaml_event_t& operator*() const { return event_; }

 private:
  yaml_event_t event_{};
  bool filled_ = false;
};

// Builds the tree bottom-up: a finished node moves into the one that is open above it.
class TreeBuilder {
 public:
  TreeBuilder(std::string_view text, std::string_view name, const YamlLimits& limits)
      : name_(name), limits_(limits) {
    ready_ = yaml_parser_initialize(&parser_) != 0;
    if (ready_)
      yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                   text.size());
  }
  ~TreeBuilder() {
    if (ready_) yaml_parser_delete(&parser_);
  }
  TreeBuilder(const TreeBuilder&) = delete;
  TreeBuilder& operator=(const TreeBuilder&) = delete;

  Result<YamlNode> run() {
    if (!ready_) return fail(ErrorKind::io, std::string(name_) + ": out of memory");
    while (true) {
      Event event;
      if (!event.read(parser_)) return syntax_error();
      if ((*event).type == YAML_STREAM_END_EVENT) break;
      CLEW_CHECK(handle(*event));
    }
    if (!root_) return fail(ErrorKind::data, std::string(name_) + ": no YAML document");
    return *std::move(root_);
  }

 private:
  struct Open {
    YamlNode node;
    std::string anchor;
  };

  Result<void> handle(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_DOCUMENT_START_EVENT:
        if (root_) return error(event, "a second document; one file holds one document");
        return {};
      case YAML_SCALAR_EVENT:
        return scalar(event);
      case YAML_ALIAS_EVENT:
        return alias(event);
      case YAML_SEQUENCE_START_EVENT:
        CLEW_CHECK(check_tag(event, event.data.sequence_start.tag, YAML_SEQ_TAG));
        return open(event, YamlNode::Kind::sequence, event.data.sequence_start.anchor);
      case YAML_MAPPING_START_EVENT:
        CLEW_CHECK(check_tag(event, event.data.mapping_start.tag, YAML_MAP_TAG));
        return open(event, YamlNode::Kind::mapping, event.data.mapping_start.anchor);
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        return close();
      default:
        return {};
    }
  }

  Result<void> scalar(const yaml_event_t& event) {
    const auto& data = event.data.scalar;
    auto node = node_at(event, YamlNode::Kind::scalar);
    node.text = view(data.value, data.length);
    node.plain = data.style == YAML_PLAIN_SCALAR_STYLE;
    const auto tag = view(data.tag);
    if (tag == YAML_STR_TAG || tag == "!") {
      node.plain = false;
    } else if (!tag.empty() && tag != YAML_NULL_TAG && tag != YAML_BOOL_TAG &&
               tag != YAML_INT_TAG && tag != YAML_FLOAT_TAG && tag != YAML_TIMESTAMP_TAG) {
      return error(event, "tag '" + std::string(tag) + "' is not supported");
    }
    return place(std::move(node), std::string(view(data.anchor)));
  }

  Result<void> alias(const yaml_event_t& event) {
    const std::string anchor(view(event.data.alias.anchor));
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) return error(event, "alias *" + anchor + " has no anchor before");
    const auto weight = weigh(found->second);
    copied_.nodes += weight.nodes;
    copied_.bytes += weight.bytes;
    if (copied_.nodes > limits_.alias_nodes_max || copied_.bytes > limits_.alias_bytes_max)
      return error(event, "aliases expand to too much: more than " +
                              std::to_string(limits_.alias_nodes_max) + " nodes or " +
                              std::to_string(limits_.alias_bytes_max) + " bytes");
    if (open_.size() + depth(found->second) > limits_.depth_max) return too_deep(event);
    auto node = found->second;
    node.line = position(event.start_mark.line);
    node.column = position(event.start_mark.column);
    return place(std::move(node), {});
  }

  Result<void> open(const yaml_event_t& event, YamlNode::Kind kind, const yaml_char_t* anchor) {
    if (open_.size() >= limits_.depth_max) return too_deep(event);
    open_.push_back({node_at(event, kind), std::string(view(anchor))});
    return {};
  }

  Result<void> close() {
    auto done = std::move(open_.back());
    open_.pop_back();
    if (done.node.kind == YamlNode::Kind::mapping) CLEW_CHECK(finish_mapping(done.node));
    return place(std::move(done.node), std::move(done.anchor));
  }

  Result<void> place(YamlNode node, std::string anchor) {
    if (!anchor.empty()) {
      const auto weight = weigh(node);  // the copy counts as well, or nested anchors would square
      copied_.nodes += weight.nodes;
      copied_.bytes += weight.bytes;
      if (copied_.nodes > limits_.alias_nodes_max || copied_.bytes > limits_.alias_bytes_max)
        return fail(ErrorKind::data, where(name_, node) + ": anchors hold too much");
      anchors_[std::move(anchor)] = node;
    }
    if (open_.empty()) {
      root_ = std::move(node);
      return {};
    }
    auto& parent = open_.back().node;
    const bool is_key = parent.kind == YamlNode::Kind::mapping && parent.items.size() % 2 == 0;
    if (is_key && node.kind != YamlNode::Kind::scalar)
      return fail(ErrorKind::data, where(name_, node) + ": a key must be plain text");
    parent.items.push_back(std::move(node));
    return {};
  }

  Result<void> finish_mapping(YamlNode& node) {
    CLEW_CHECK(check_unique(node));
    for (std::size_t i = 0; i < node.items.size(); i += 2) {
      if (!node.items[i].plain || node.items[i].text != "<<") continue;
      auto merged = std::move(node.items[i + 1]);
      node.items.erase(node.items.begin() + static_cast<std::ptrdiff_t>(i),
                       node.items.begin() + static_cast<std::ptrdiff_t>(i + 2));
      return merge(node, std::move(merged));
    }
    return {};
  }

  // Own keys win over merged ones, earlier merged mappings over later ones (YAML merge key, 2005).
  Result<void> merge(YamlNode& node, YamlNode merged) {
    std::vector<YamlNode> sources;
    if (merged.kind == YamlNode::Kind::sequence)
      sources = std::move(merged.items);
    else
      sources.push_back(std::move(merged));
    for (auto& source : sources) {
      if (source.kind != YamlNode::Kind::mapping)
        return fail(ErrorKind::data, where(name_, source) + ": << needs a mapping");
      for (std::size_t i = 0; i + 1 < source.items.size(); i += 2) {
        if (node.find(source.items[i].text)) continue;
        node.items.push_back(std::move(source.items[i]));
        node.items.push_back(std::move(source.items[i + 1]));
      }
    }
    return check_unique(node);
  }

  Result<void> check_unique(const YamlNode& node) {
    std::vector<const YamlNode*> keys;
    keys.reserve(node.items.size() / 2);
    for (std::size_t i = 0; i < node.items.size(); i += 2)
      keys.push_back(&node.items[i]);
    std::stable_sort(keys.begin(), keys.end(),
                     [](const auto* a, const auto* b) { return a->text < b->text; });
    const auto twice = std::adjacent_find(
        keys.begin(), keys.end(), [](const auto* a, const auto* b) { return a->text == b->text; });
    if (twice == keys.end()) return {};
    const auto& second = **(twice + 1);
    return fail(ErrorKind::data, where(name_, second) + ": key '" + second.text +
                                     "' appears twice, first on line " +
                                     std::to_string((*twice)->line));
  }

  Result<void> check_tag(const yaml_event_t& event, const yaml_char_t* tag, const char* allowed) {
    const auto text = view(tag);
    if (text.empty() || text == "!" || text == allowed) return {};
    return error(event, "tag '" + std::string(text) + "' is not supported");
  }

  static YamlNode node_at(const yaml_event_t& event, YamlNode::Kind kind) {
    YamlNode node;
    node.kind = kind;
    node.line = position(event.start_mark.line);
    node.column = position(event.start_mark.column);
    return node;
  }

  tl::unexpected<Error> error(const yaml_event_t& event, const std::string& what) {
    return fail(ErrorKind::data,
                where(name_, node_at(event, YamlNode::Kind::scalar)) + ": " + what);
  }
  tl::unexpected<Error> too_deep(const yaml_event_t& event) {
    return error(event, "nested deeper than " + std::to_string(limits_.depth_max));
  }
  tl::unexpected<Error> syntax_error() {
    if (parser_.error == YAML_MEMORY_ERROR)
      return fail(ErrorKind::io, std::string(name_) + ": out of memory");
    YamlNode at;
    at.line = position(parser_.problem_mark.line);
    at.column = position(parser_.problem_mark.column);
    return fail(ErrorKind::data,
                where(name_, at) + ": " + (parser_.problem ? parser_.problem : "not YAML"));
  }

  std::string_view name_;
  const YamlLimits& limits_;
  yaml_parser_t parser_{};
  bool ready_ = false;
  std::vector<Open> open_;
  std::map<std::string, YamlNode> anchors_;
  Weight copied_;
  std::optional<YamlNode> root_;
};

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  if (kind != Kind::mapping) return nullptr;
  for (std::size_t i = 0; i + 1 < items.size(); i += 2)
    if (items[i].text == key) return &items[i + 1];
  return nullptr;
}

bool YamlNode::is_null() const {
  return kind == Kind::scalar && plain && classify_plain(text) == YamlScalar::null;
}

std::string where(std::string_view name, const YamlNode& node) {
  return std::string(name) + ":" + std::to_string(node.line) + ":" + std::to_string(node.column);
}

Result<YamlNode> parse_yaml(std::string_view text, std::string_view name, YamlLimits limits) {
  return TreeBuilder(text, name, limits).run();
}

}  // namespace clew::labels
