#include "labels/label.h"

#include "base/sha256.h"
#include "base/time_text.h"

namespace clew::labels {
namespace {

// Fields are framed by their length, so that no two different values give one byte sequence.
class Frame {
 public:
  Frame& text(const std::string& field) {
    append_le<std::uint64_t>(bytes_, field.size());
    const auto view = as_bytes(field);
    bytes_.insert(bytes_.end(), view.begin(), view.end());
    return *this;
  }
  Frame& list(const std::vector<std::string>& fields) {
    append_le<std::uint64_t>(bytes_, fields.size());
    for (const auto& field : fields)
      text(field);
    return *this;
  }
  Frame& flag(const std::optional<bool>& value) {
    bytes_.push_back(value ? (*value ? 1 : 0) : 2);
    return *this;
  }
  Frame& byte(std::uint8_t value) {
    bytes_.push_back(value);
    return *this;
  }
  Frame& hashes(const std::vector<Hash256>& values) {
    append_le<std::uint64_t>(bytes_, values.size());
    for (const auto& value : values)
      bytes_.insert(bytes_.end(), value.begin(), value.end());
    return *this;
  }
  Hash256 hash() const { return sha256(bytes_); }

 private:
  Bytes bytes_;
};

}  // namespace

void Skips::add(std::string reason) {
  ++count;
  if (reasons.size() < kReasonsMax) reasons.push_back(std::move(reason));
}

std::string_view date_of(const Label& label) {
  constexpr std::size_t kDay = 10;
  const std::string_view text = label.lastmod;
  const bool ends = text.size() <= kDay || text[kDay] == 'T' || text[kDay] == ' ';
  return ends && parse_time(text.substr(0, kDay)) ? text : std::string_view();
}

Hash256 digest(const Label& label) {
  return Frame()
      .byte(static_cast<std::uint8_t>(label.subject_kind))
      .text(label.subject)
      .text(label.currency)
      .text(label.network)
      .text(label.label)
      .list(label.categories)
      .list(label.concepts)
      .list(label.abuses)
      .text(label.actor)
      .list(label.sources)
      .text(label.confidence)
      .flag(label.is_cluster_definer)
      .text(label.lastmod)
      .text(label.licence)
      .text(label.extra)
      .hash();
}

Hash256 digest(const Actor& actor) {
  return Frame()
      .text(actor.id)
      .text(actor.label)
      .text(actor.uri)
      .list(actor.categories)
      .list(actor.jurisdictions)
      .list(actor.aliases)
      .text(actor.lastmod)
      .text(actor.extra)
      .hash();
}

Hash256 digest(const Pack& pack) {
  return Frame()
      .text(pack.format)
      .text(pack.title)
      .text(pack.creator)
      .text(pack.description)
      .text(pack.licence)
      .flag(pack.is_public)
      .text(pack.extra)
      .hash();
}

Hash256 content_digest(const Pack& pack, const std::vector<Hash256>& label_digests,
                       const std::vector<Hash256>& actor_digests) {
  return Frame().hashes({digest(pack)}).hashes(label_digests).hashes(actor_digests).hash();
}

}  // namespace clew::labels
