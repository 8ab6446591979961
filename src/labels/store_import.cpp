#include <algorithm>
#include <map>

#include "labels/printable.h"
#include "labels/store_impl.h"
#include "labels/tagpack.h"

namespace clew::labels {
namespace {

struct Digests {
  std::vector<Hash256> labels, actors;
  Hash256 content{};
};
Digests digests_of(const PackContent& content) {
  Digests out;
  out.labels.reserve(content.labels.size());
  for (const auto& label : content.labels)
    out.labels.push_back(digest(label));
  for (const auto& actor : content.actors)
    out.actors.push_back(digest(actor));
  out.content = content_digest(content.pack, out.labels, out.actors);
  return out;
}

// How many of `fresh` were in `old`, each old label counted once.
std::uint64_t common(const std::vector<Label>& old, const std::vector<Hash256>& fresh) {
  std::map<Hash256, std::uint64_t> counts;
  for (const auto& label : old)
    ++counts[digest(label)];
  std::uint64_t same = 0;
  for (const auto& hash : fresh) {
    const auto found = counts.find(hash);
    if (found == counts.end() || found->second == 0) continue;
    --found->second;
    ++same;
  }
  return same;
}

void merge(Skips& into, const Skips& from) {
  const auto unnamed = from.count - from.reasons.size();
  for (const auto& reason : from.reasons)
    into.add(reason);
  into.count += unnamed;
}

// Another pack that a reader could take for this one.
Result<std::optional<PackRow>> look_alike(RowReader& reader, const Pack& pack,
                                          const Hash256& content, bool same_content) {
  CLEW_TRY(packs, reader.packs());
  for (auto& row : packs) {
    const auto& other = *row.pack;
    if (other.identity == pack.identity) continue;
    if (same_content ? row.content == content
                     : !pack.title.empty() && other.title == pack.title &&
                           other.creator == pack.creator && other.format == pack.format)
      return std::optional<PackRow>(std::move(row));
  }
  return std::optional<PackRow>();
}

Result<void> check_texts(const Label& label) {
  for (const auto* text : {&label.subject, &label.currency, &label.network, &label.label,
                           &label.actor, &label.confidence, &label.lastmod, &label.licence})
    if (!valid_utf8(*text)) return fail(ErrorKind::usage, "a label must be UTF-8 text");
  for (const auto* list : {&label.categories, &label.concepts, &label.abuses, &label.sources})
    for (const auto& text : *list)
      if (!valid_utf8(text)) return fail(ErrorKind::usage, "a label must be UTF-8 text");
  return {};
}

}  // namespace

Result<void> Store::Impl::check_writable() const {
  if (mode == Mode::write) return {};
  return fail(ErrorKind::usage, path + ": opened for reading only");
}

Result<void> Store::Impl::apply(PackContent content, ImportReport& report) {
  RowReader reader(*database);
  RowWriter writer(*database);
  const auto digests = digests_of(content);
  const auto count = content.labels.size();
  report.read += count + content.skipped.count;
  report.actors += content.actors.size();
  report.undecodable += static_cast<std::uint64_t>(
      std::ranges::count_if(content.labels, [](const Label& label) { return !is_valid(label); }));
  merge(report.skipped, content.skipped);

  CLEW_TRY(known, reader.find_pack(content.pack.identity));
  if (known && known->content == digests.content) {
    ++report.packs_unchanged;
    report.unchanged += count;
    return {};
  }
  if (!known) {
    CLEW_TRY(twin, look_alike(reader, content.pack, digests.content, true));
    if (twin) {
      ++report.packs_unchanged;
      report.unchanged += count;
      report.notes.push_back(content.pack.origin + ": the same pack is there already, from " +
                             twin->pack->origin);
      return {};
    }
    CLEW_TRY(namesake, look_alike(reader, content.pack, digests.content, false));
    if (namesake)
      report.notes.push_back(content.pack.origin + ": another pack with the title '" +
                             content.pack.title + "' is there, from " + namesake->pack->origin +
                             "; both are kept");
    ++report.packs_added;
    report.added += count;
  } else {
    CLEW_TRY(old, reader.labels_of(known->id));
    const auto same = common(old, digests.labels);
    ++report.packs_replaced;
    report.unchanged += same;
    report.added += count - same;
    report.removed += old.size() - same;
    CLEW_CHECK(writer.erase(known->id));
  }
  return writer.insert(content, digests.content);
}

Result<ImportReport> Store::import_file(const std::string& path, const ImportOptions& options) {
  CLEW_CHECK(impl_->check_writable());
  CLEW_TRY(bytes, impl_->files->read(path));
  ImportReport report;
  {
    CLEW_TRY(transaction, Transaction::begin(*impl_->database, Transaction::Kind::write));
    CLEW_CHECK(read_label_file(
        path, std::move(bytes), options, report.skipped,
        [&](PackContent content) { return impl_->apply(std::move(content), report); }));
    CLEW_CHECK(transaction.commit());
  }
  impl_->seal(&report);
  return report;
}

Result<ImportReport> Store::import_packs(std::vector<PackContent> packs) {
  CLEW_CHECK(impl_->check_writable());
  ImportReport report;
  {
    CLEW_TRY(transaction, Transaction::begin(*impl_->database, Transaction::Kind::write));
    for (auto& content : packs) {
      if (content.pack.identity.empty()) content.pack.identity = file_identity(content.pack);
      CLEW_CHECK(impl_->apply(std::move(content), report));
    }
    CLEW_CHECK(transaction.commit());
  }
  impl_->seal(&report);
  return report;
}

Result<PackContent> Store::Impl::private_pack() const {
  PackContent content;
  content.pack = {.identity = kPrivateIdentity,
                  .format = "private",
                  .title = "Private labels",
                  .is_public = false};
  RowReader reader(*database);
  CLEW_TRY(known, reader.find_pack(kPrivateIdentity));
  if (!known) return content;
  content.pack = *known->pack;
  CLEW_TRY(labels, reader.labels_of(known->id));
  content.labels = std::move(labels);
  return content;
}

Result<void> Store::Impl::rewrite_private(PackContent content) {
  RowReader reader(*database);
  RowWriter writer(*database);
  CLEW_TRY(known, reader.find_pack(kPrivateIdentity));
  if (known) CLEW_CHECK(writer.erase(known->id));
  if (content.labels.empty()) return {};
  return writer.insert(content, digests_of(content).content);
}

Result<bool> Store::add(const Label& label) {
  CLEW_CHECK(impl_->check_writable());
  if (label.subject.empty()) return fail(ErrorKind::usage, "a label needs an address");
  if (label.label.empty()) return fail(ErrorKind::usage, "a label needs a text");
  CLEW_CHECK(check_texts(label));
  {
    CLEW_TRY(transaction, Transaction::begin(*impl_->database, Transaction::Kind::write));
    CLEW_TRY(content, impl_->private_pack());
    for (const auto& known : content.labels)
      if (known == label) return false;
    content.labels.push_back(label);
    CLEW_CHECK(impl_->rewrite_private(std::move(content)));
    CLEW_CHECK(transaction.commit());
  }
  impl_->seal();
  return true;
}

Result<std::uint64_t> Store::remove(std::string_view subject, std::string_view label_text,
                                    std::string_view currency) {
  CLEW_CHECK(impl_->check_writable());
  std::uint64_t removed = 0;
  {
    CLEW_TRY(transaction, Transaction::begin(*impl_->database, Transaction::Kind::write));
    CLEW_TRY(content, impl_->private_pack());
    removed = std::erase_if(content.labels, [&](const Label& label) {
      if (!label_text.empty() && label.label != label_text) return false;
      if (!currency.empty() && label.currency != currency) return false;
      // In any spelling: compared as the label's own ledger would write it.
      return subject_key(label) ==
             subject_key(label.subject_kind, subject, label.currency, label.network);
    });
    if (removed == 0) return 0;
    CLEW_CHECK(impl_->rewrite_private(std::move(content)));
    CLEW_CHECK(transaction.commit());
  }
  impl_->seal();
  return removed;
}

Result<std::uint64_t> Store::remove_pack(std::string_view name_or_identity) {
  CLEW_CHECK(impl_->check_writable());
  std::uint64_t removed = 0;
  {
    CLEW_TRY(transaction, Transaction::begin(*impl_->database, Transaction::Kind::write));
    CLEW_TRY(packs, RowReader(*impl_->database).packs());
    std::optional<PackRow> chosen;
    for (const auto& row : packs) {
      if (row.pack->identity == name_or_identity) {
        chosen = row;
        break;
      }
      if (row.pack->name() != name_or_identity) continue;
      if (chosen)
        return fail(ErrorKind::usage, "several packs are called '" + std::string(name_or_identity) +
                                          "'; name one as '" + chosen->pack->identity + "' or '" +
                                          row.pack->identity + "'");
      chosen = row;
    }
    if (!chosen)
      return fail(ErrorKind::not_found,
                  "no pack is called '" + std::string(name_or_identity) + "'");
    removed = chosen->labels;
    CLEW_CHECK(RowWriter(*impl_->database).erase(chosen->id));
    CLEW_CHECK(transaction.commit());
  }
  impl_->seal();
  return removed;
}

}  // namespace clew::labels
