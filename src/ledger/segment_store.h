// What writers of all kinds of ledgers have in common: the manifest and the segments it names, the
// segment being made, commit, unwind and merging. See docs/formats/manifest.md.
//
// A Kind has
//   kName                     what manifests call it
//   Segment                   made from a SegmentFile; heights, hashes, counts.raw_bytes
//   Set                       made from segments; block_at, find_block
//   Appender                  made from a Set, which it follows, and a hash key; the segment being
//                             made: hash_at, height_of, end_height, restart, data().write
//   Data                      a segment in memory: restart_like(segment), append(segment, blocks),
//                             write
//   fits(segments)            whether one segment has room for the rows of all of them
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <span>

#include "ledger/chain_state.h"
#include "ledger/ids.h"
#include "ledger/manifest.h"
#include "ledger/writer_options.h"

namespace clew::ledger {

// Opens all segments of the manifest that is current; `manifest` receives it.
template <class Segment>
Result<std::vector<std::shared_ptr<const Segment>>> open_segments(FileSystem& files,
                                                                  const std::string& directory,
                                                                  std::string_view kind,
                                                                  Manifest& manifest) {
  CLEW_TRY(opened, open_segment_files(files, directory, kind, manifest));
  std::vector<std::shared_ptr<const Segment>> segments;
  for (auto& file : opened) {
    if (!file) return fail(std::move(file).error());
    segments.push_back(std::make_shared<const Segment>(std::move(*file)));
  }
  return segments;
}

// 16 digits of XXH3-64.
std::string digest_text(ByteView content);

// Runs of heights that are missing between segments, which are in order of height.
template <class Segment>
std::vector<Gap> gaps_between(const std::vector<const Segment*>& segments) {
  std::vector<Gap> gaps;
  for (std::size_t i = 1; i < segments.size(); ++i)
    if (segments[i - 1]->end_height() < segments[i]->first_height())
      gaps.push_back({segments[i - 1]->end_height(), segments[i]->first_height() - 1});
  return gaps;
}

// Names the state of a chain: of the runs of heights and their last hashes, so that neither merging
// nor the order of arrival changes anything.
template <class Segment>
std::string version_of(const std::vector<const Segment*>& segments) {
  Bytes content;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const auto& s = *segments[i];
    const bool begins = i == 0 || segments[i - 1]->end_height() != s.first_height();
    const bool ends = i + 1 == segments.size() || segments[i + 1]->first_height() != s.end_height();
    if (begins) append_le(content, s.first_height());
    if (ends) append_le(content, s.block_hash[s.counts.block_count - 1]);
  }
  return digest_text(content);
}

// What decides when segments are merged.
struct SegmentExtent {
  std::uint64_t first_height = 0, end_height = 0, raw_bytes = 0;
};
// Positions [first, last) in order of arrival.
struct MergeRange {
  std::size_t first = 0, last = 0;
};
// A run of `merge_fan_in` segments of one size class, contiguous in heights, that `fits(first,
// last)` accepts, or nothing. Size classes grow by the fan-in, so that each block is rewritten a
// logarithmic number of times.
std::optional<MergeRange> merge_due(std::span<const SegmentExtent> segments,
                                    const WriterOptions& options,
                                    const std::function<bool(std::size_t, std::size_t)>& fits);

std::string segment_name(std::uint64_t number);
std::uint64_t random_hash_key();

template <class Kind>
class SegmentStore {
 public:
  using Segment = typename Kind::Segment;
  using Segments = std::vector<std::shared_ptr<const Segment>>;

  SegmentStore(std::string directory, const WriterOptions& options, FileSystem& files)
      : directory_(std::move(directory)), options_(options), files_(files) {}
  SegmentStore(const SegmentStore&) = delete;  // the appender follows the set by reference

  Result<void> open(std::string_view network);

  const WriterOptions& options() const { return options_; }
  const typename Kind::Set& set() const { return set_; }
  typename Kind::Appender& appender() { return *appender_; }
  const typename Kind::Appender& appender() const { return *appender_; }

  // Committed or appended.
  std::optional<Hash256> hash_at(std::uint32_t height) const;
  std::optional<std::uint32_t> height_of(const Hash256& hash) const;
  std::optional<Tip> tip() const;

  Result<void> commit();
  Result<void> unwind(std::uint32_t height);

 private:
  std::string path(const std::string& name) const { return directory_ + "/" + name; }
  void remove_leftovers();
  Result<void> publish(Manifest next);
  Result<void> adopt(Manifest next);
  Result<void> seal();
  Result<void> merge();
  std::optional<MergeRange> due() const;
  Result<std::uint64_t> write_merged(const std::string& to,
                                     std::span<const typename Segments::value_type> from,
                                     std::uint64_t blocks);

  std::string directory_;
  WriterOptions options_;
  FileSystem& files_;
  std::unique_ptr<FileLock> lock_;
  Manifest manifest_;
  bool published_ = true;  // the manifest is the one on disk
  typename Kind::Set set_;
  std::unique_ptr<typename Kind::Appender> appender_;
};

template <class Kind>
Result<void> SegmentStore<Kind>::open(std::string_view network) {
  CLEW_CHECK(files_.make_directories(directory_));
  CLEW_TRY(held, files_.lock(path("LOCK")));
  lock_ = std::move(held);
  if (!holds_ledger(files_, directory_)) {
    manifest_.kind = Kind::kName;
    manifest_.network = network;
    manifest_.hash_key = options_.hash_key ? *options_.hash_key : random_hash_key();
    CLEW_CHECK(write_manifest(files_, directory_, manifest_));
  }
  CLEW_TRY(segments, open_segments<Segment>(files_, directory_, Kind::kName, manifest_));
  if (manifest_.network != network && segments.empty()) {
    manifest_.network = network;  // nothing was ever stored: a mistaken network binds nobody
    manifest_.generation += 1;
    CLEW_CHECK(write_manifest(files_, directory_, manifest_));
  }
  if (manifest_.network != network)
    return fail(ErrorKind::usage, directory_ + " holds network " + manifest_.network + ", not " +
                                      std::string(network));
  set_ = typename Kind::Set(std::move(segments));
  appender_ = std::make_unique<typename Kind::Appender>(set_, manifest_.hash_key);
  remove_leftovers();
  return {};
}

template <class Kind>
std::optional<Hash256> SegmentStore<Kind>::hash_at(std::uint32_t height) const {
  if (const auto hash = appender_->hash_at(height)) return hash;
  const auto place = set_.block_at(height);
  if (!place) return std::nullopt;
  return place->segment->block_hash[place->row];
}

template <class Kind>
std::optional<std::uint32_t> SegmentStore<Kind>::height_of(const Hash256& hash) const {
  if (const auto height = appender_->height_of(hash)) return height;
  const auto place = set_.find_block(hash);
  if (!place) return std::nullopt;
  return place->segment->first_height() + place->row;
}

template <class Kind>
std::optional<Tip> SegmentStore<Kind>::tip() const {
  std::optional<Tip> tip;
  if (!set_.by_height().empty()) {
    const auto height = set_.by_height().back()->end_height() - 1;
    tip = Tip{height, *hash_at(height)};
  }
  if (!appender_->empty() && (!tip || appender_->end_height() > tip->height)) {
    const auto height = appender_->end_height() - 1;
    tip = Tip{height, *hash_at(height)};
  }
  return tip;
}

// Segment files that no manifest names: a crash came before the commit, or after a merge.
template <class Kind>
void SegmentStore<Kind>::remove_leftovers() {
  const auto names = files_.list(directory_);
  if (!names) return;
  for (const auto& name : *names) {
    const bool segment = name.ends_with(kSegmentSuffix);
    const bool named = std::any_of(manifest_.segments.begin(), manifest_.segments.end(),
                                   [&](const auto& entry) { return entry.file == name; });
    if ((segment && !named) || name == "MANIFEST.tmp") (void)files_.remove(path(name));
  }
}

// Makes `next` the manifest, then the segments in memory follow it. Files that it no longer names
// are removed last; readers that have them mapped keep them.
template <class Kind>
Result<void> SegmentStore<Kind>::publish(Manifest next) {
  next.generation = manifest_.generation + 1;
  CLEW_CHECK(write_manifest(files_, directory_, next));
  published_ = true;
  CLEW_CHECK(adopt(std::move(next)));
  remove_leftovers();
  return {};
}

// Makes the segments in memory those of `next`.
template <class Kind>
Result<void> SegmentStore<Kind>::adopt(Manifest next) {
  Segments segments;
  for (const auto& entry : next.segments) {
    const auto old =
        std::find_if(manifest_.segments.begin(), manifest_.segments.end(),
                     [&](const auto& candidate) { return candidate.file == entry.file; });
    if (old != manifest_.segments.end()) {
      segments.push_back(set_.all()[static_cast<std::size_t>(old - manifest_.segments.begin())]);
      continue;
    }
    CLEW_TRY(file, SegmentFile::open(files_, path(entry.file), entry.seal));
    segments.push_back(std::make_shared<const Segment>(std::move(file)));
  }
  manifest_ = std::move(next);
  set_ = typename Kind::Set(std::move(segments));
  return {};
}

template <class Kind>
Result<void> SegmentStore<Kind>::seal() {
  if (appender_->empty()) return {};
  auto next = manifest_;
  const auto name = segment_name(next.next_file++);
  CLEW_TRY(seal, appender_->data().write(files_, path(name)));
  next.segments.push_back({name, seal});
  CLEW_CHECK(publish(std::move(next)));
  appender_->restart();
  return {};
}

template <class Kind>
std::optional<MergeRange> SegmentStore<Kind>::due() const {
  std::vector<SegmentExtent> extents;
  for (const auto& segment : set_.all())
    extents.push_back({segment->first_height(), segment->end_height(), segment->counts.raw_bytes});
  return merge_due(extents, options_, [&](std::size_t first, std::size_t last) {
    return Kind::fits(std::span(set_.all()).subspan(first, last - first));
  });
}

template <class Kind>
Result<void> SegmentStore<Kind>::merge() {
  while (const auto range = due()) {
    auto next = manifest_;
    const auto name = segment_name(next.next_file++);
    CLEW_TRY(seal,
             write_merged(path(name),
                          std::span(set_.all()).subspan(range->first, range->last - range->first),
                          kNone));
    const auto first = next.segments.begin() + static_cast<std::ptrdiff_t>(range->first);
    next.segments.erase(first + 1,
                        next.segments.begin() + static_cast<std::ptrdiff_t>(range->last));
    *first = {name, seal};
    CLEW_CHECK(publish(std::move(next)));
  }
  return {};
}

// Writes the first `blocks` blocks of the given contiguous segments as one file.
template <class Kind>
Result<std::uint64_t> SegmentStore<Kind>::write_merged(
    const std::string& to, std::span<const typename Segments::value_type> from,
    std::uint64_t blocks) {
  typename Kind::Data data;
  data.restart_like(*from.front());
  for (const auto& segment : from) {
    const auto take = std::min<std::uint64_t>(blocks, segment->counts.block_count);
    if (take == 0) break;
    data.append(*segment, static_cast<std::uint32_t>(take));
    blocks -= take;
  }
  return data.write(files_, to);
}

template <class Kind>
Result<void> SegmentStore<Kind>::commit() {
  CLEW_CHECK(seal());
  if (!published_) CLEW_CHECK(publish(manifest_));
  return merge();
}

template <class Kind>
Result<void> SegmentStore<Kind>::unwind(std::uint32_t height) {
  CLEW_CHECK(seal());
  const auto& segments = set_.all();
  const auto affected = [&](const auto& segment) { return segment->end_height() > height; };
  const auto first = std::find_if(segments.begin(), segments.end(), affected);
  if (first == segments.end()) return {};
  const bool suffix = std::all_of(first + 1, segments.end(), [&](const auto& segment) {
    return segment->first_height() >= height;
  });
  if (!suffix)
    return fail(ErrorKind::unsupported,
                "cannot remove blocks from height " + std::to_string(height) +
                    ": older history was ingested after them; ingest into a new ledger");
  auto next = manifest_;
  next.segments.resize(static_cast<std::size_t>(first - segments.begin()));
  if ((*first)->first_height() < height) {
    const auto name = segment_name(next.next_file++);
    CLEW_TRY(seal, write_merged(path(name), {&*first, 1}, height - (*first)->first_height()));
    next.segments.push_back({name, seal});
  }
  published_ = false;
  CLEW_CHECK(adopt(std::move(next)));
  appender_->restart();
  return {};
}

}  // namespace clew::ledger
