// Hostile YAML as a TagPack: reading never fails badly, and what is read survives writing and
// reading again, field by field. The first byte chooses the reader: the pack itself, or the tree
// under tight limits.
#include <cstdlib>

#include "labels/jsonl.h"
#include "labels/tagpack.h"
#include "labels/yaml_tree.h"

namespace {

using namespace clew;
using namespace clew::labels;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_tree(std::string_view text) {
  const YamlLimits tight{.depth_max = 4, .alias_nodes_max = 50, .alias_bytes_max = 500};
  const auto tree = parse_yaml(text, "fuzz.yaml", tight);
  if (tree) require(!to_json(*tree).empty());
}

void check_jsonl(const PackContent& content) {
  auto text = jsonl_pack(content.pack);
  for (const auto& label : content.labels)
    text += jsonl_label(label);
  for (const auto& actor : content.actors)
    text += jsonl_actor(actor);
  std::size_t packs = 0;
  const auto read = parse_jsonl(text, "fuzz.yaml", [&](PackContent again) -> Result<void> {
    ++packs;
    require(again.pack == content.pack);
    require(again.labels == content.labels);
    require(again.actors == content.actors);
    return {};
  });
  require(read && packs == 1);
}

void check_pack(std::string_view text) {
  const auto content = parse_tagpack(text, "fuzz.yaml");
  if (!content) {
    require(content.error().message.find("fuzz.yaml") == 0);
    return;
  }
  check_jsonl(*content);
  // A file that holds both lists is written as a TagPack; its actors go into a file of their own.
  if (!content->labels.empty() && !content->actors.empty()) return;
  if (content->labels.empty() && content->pack.format == "tagpack" && !content->actors.empty())
    return;
  const auto again = parse_tagpack(write_tagpack(*content), "fuzz.yaml");
  require(again.has_value());
  require(again->labels == content->labels);
  require(again->actors == content->actors);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] == 't')
    check_tree(text);
  else
    check_pack(text);
  return 0;
}
