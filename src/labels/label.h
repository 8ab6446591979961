// A label is a statement that somebody made about an address or a transaction: what it is, who says
// so, how sure they are and since when. Labels come in packs (a TagPack, a sanctions list, a
// table); a pack says who made it and under which licence. Fields keep the words of their source.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace clew::labels {

// Values are written to disk; never renumber.
enum class SubjectKind : std::uint8_t { address = 0, transaction = 1 };

struct Label {
  SubjectKind subject_kind = SubjectKind::address;
  std::string subject;   // address or transaction hash, as written by the source
  std::string currency;  // asset code as written: "BTC", "XBT", "USDT"
  std::string network;   // ledger code if stated; empty means what currency and address tell
  std::string label;     // the name given: "Internet Archive"
  // Concept ids of the GraphSense taxonomy, which derives from INTERPOL's (see taxonomy.h).
  std::vector<std::string> categories;  // the kind of entity that holds the address
  std::vector<std::string> concepts;    // anything else that the address is about
  std::vector<std::string> abuses;      // what it was used for
  std::string actor;                    // id in an ActorPack
  std::vector<std::string> sources;     // URIs, or text
  std::string confidence;               // id of confidence.h; empty: not stated
  std::optional<bool> is_cluster_definer;
  std::string lastmod;  // date as written; ISO 8601 in every list we know
  std::string licence;  // only where it differs from the pack's
  std::string extra;    // fields without a place above: a JSON object with sorted keys, or empty

  bool operator==(const Label&) const = default;
};

struct Pack {
  std::string identity;  // what later versions of this pack have in common with it; unique
  std::string format;  // "tagpack", "actorpack", "csv", "jsonl", "ofac-json", "ofac-sdn", "private"
  std::string title;
  std::string creator;
  std::string description;
  std::string licence;  // empty: not stated
  std::string origin;   // name of the file it came from, without its folder
  std::optional<bool> is_public;
  std::string extra;  // as in Label

  // What people call it: a table has no title of its own.
  const std::string& name() const { return title.empty() ? origin : title; }
  bool operator==(const Pack&) const = default;
};

// An organisation or service that labels refer to by id.
struct Actor {
  std::string id;
  std::string label;
  std::string uri;
  std::vector<std::string> categories;
  std::vector<std::string> jurisdictions;  // ISO 3166 codes
  std::vector<std::string> aliases;
  std::string lastmod;
  std::string extra;  // as in Label; "context" is here

  bool operator==(const Actor&) const = default;
};

// The date that a label says it is of, which may go on with a time of day; empty if what it says
// does not begin with a day that there is. Dates sort as texts.
std::string_view date_of(const Label& label);

// What was left out of an import and why; only the first reasons are kept.
struct Skips {
  static constexpr std::size_t kReasonsMax = 100;
  std::uint64_t count = 0;
  std::vector<std::string> reasons;  // "file:line:column: why"
  void add(std::string reason);
};

// One pack as read from a file.
struct PackContent {
  Pack pack;
  std::vector<Label> labels;
  std::vector<Actor> actors;
  Skips skipped;
};

// SHA-256 over every field of the value, each with its length before it.
Hash256 digest(const Label& label);
Hash256 digest(const Actor& actor);
Hash256 digest(const Pack& pack);  // `origin` and `identity` left out
// Names the content of a whole pack, order of labels included.
Hash256 content_digest(const Pack& pack, const std::vector<Hash256>& label_digests,
                       const std::vector<Hash256>& actor_digests);

}  // namespace clew::labels
