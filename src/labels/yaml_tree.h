// A YAML document as a tree, read with bounds on depth and size, so that hostile text costs no more
// than its own length. Anchors, aliases and merge keys (<<) are resolved; what aliases copy is
// counted, which stops "billion laughs". One document a file; mapping keys are scalars and unique.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clew::labels {

struct YamlNode {
  enum class Kind : std::uint8_t { scalar, sequence, mapping };
  Kind kind = Kind::scalar;
  bool plain = false;  // a scalar without quotes, which may stand for a number, a truth value, null
  std::uint32_t line = 0, column = 0;  // from 1
  std::string text;                    // of a scalar
  std::vector<YamlNode> items;         // of a sequence; of a mapping: key, value, key, value…

  // The value of a key, or null.
  const YamlNode* find(std::string_view key) const;
  // Null or nothing at all: `key:`, `key: ~`, `key: null`.
  bool is_null() const;
};

struct YamlLimits {
  std::size_t depth_max = 32;
  std::uint64_t alias_nodes_max = 1'000'000;    // nodes that aliases may copy, together
  std::uint64_t alias_bytes_max = 64ull << 20;  // text that aliases may copy, together
};

// `name` starts every error: "name:line:column: what".
Result<YamlNode> parse_yaml(std::string_view text, std::string_view name, YamlLimits limits = {});

// "name:line:column".
std::string where(std::string_view name, const YamlNode& node);

// What a plain scalar stands for in YAML 1.1.
enum class YamlScalar : std::uint8_t { text, null, boolean, integer, real, timestamp };
YamlScalar classify_plain(std::string_view text);
// Of a boolean: yes, no, true, false, on, off and their capitalised forms.
bool yaml_boolean(std::string_view text);

// The value as JSON text with sorted keys. Numbers in other notations than plain decimal (0x10,
// 1_000, 12:30) and dates stay text, so that hexadecimal addresses and hashes stay as they are.
std::string to_json(const YamlNode& node);

}  // namespace clew::labels
