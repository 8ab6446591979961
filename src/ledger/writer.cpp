#include "ledger/writer.h"

#include <algorithm>
#include <cstdio>
#include <random>

#include "ledger/appender.h"
#include "ledger/merge.h"
#include "ledger/segment_set.h"

namespace clew::ledger {
namespace {

std::uint64_t random_key() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

std::string segment_name(std::uint64_t number) {
  char name[32];
  std::snprintf(name, sizeof name, "%08llu.seg", static_cast<unsigned long long>(number));
  return name;
}

std::string block_text(const Hash256& hash, std::uint32_t height) {
  return "block " + to_display(hash) + " at height " + std::to_string(height);
}

}  // namespace

struct Writer::Impl {
  std::string directory;
  WriterOptions options;
  FileSystem& files;
  std::unique_ptr<FileLock> lock;
  Manifest manifest;
  bool published = true;  // `manifest` is the one on disk
  SegmentSet set;
  std::unique_ptr<Appender> appender;

  Impl(std::string dir, WriterOptions opts, FileSystem& fs)
      : directory(std::move(dir)), options(opts), files(fs) {}

  std::string path(const std::string& name) const { return directory + "/" + name; }
  Result<void> open(const bitcoin::ChainParams& chain);
  void remove_leftovers();
  Result<void> publish(Manifest next);
  Result<void> adopt(Manifest next);
  Result<void> seal();
  Result<void> merge();
  Result<bool> check_neighbours(const bitcoin::Block& block, std::uint32_t height) const;

  std::optional<Hash256> hash_at(std::uint32_t height) const {
    if (const auto hash = appender->hash_at(height)) return hash;
    const auto place = set.block_at(height);
    if (!place) return std::nullopt;
    return place->segment->block_hash[place->row];
  }
  std::optional<std::uint32_t> height_of(const Hash256& hash) const {
    if (const auto height = appender->height_of(hash)) return height;
    const auto place = set.find_block(hash);
    if (!place) return std::nullopt;
    return place->segment->first_height() + place->row;
  }
};

Result<void> Writer::Impl::open(const bitcoin::ChainParams& chain) {
  CLEW_CHECK(files.make_directories(directory));
  CLEW_TRY(held, files.lock(path("LOCK")));
  lock = std::move(held);
  if (!holds_ledger(files, directory)) {
    manifest.chain = &chain;
    manifest.hash_key = options.hash_key ? *options.hash_key : random_key();
    CLEW_CHECK(write_manifest(files, directory, manifest));
  }
  CLEW_TRY(segments, open_segments(files, directory, manifest));
  if (manifest.chain->network != chain.network && segments.empty()) {
    manifest.chain = &chain;  // nothing was ever stored: a mistaken network binds nobody
    manifest.generation += 1;
    CLEW_CHECK(write_manifest(files, directory, manifest));
  }
  if (manifest.chain->network != chain.network)
    return fail(ErrorKind::usage, directory + " holds network " +
                                      std::string(manifest.chain->network) + ", not " +
                                      std::string(chain.network));
  set = SegmentSet(std::move(segments));
  appender = std::make_unique<Appender>(set, manifest.hash_key);
  remove_leftovers();
  return {};
}

// Segment files that no manifest names: a crash came before the commit, or after a merge.
void Writer::Impl::remove_leftovers() {
  const auto names = files.list(directory);
  if (!names) return;
  for (const auto& name : *names) {
    const bool segment = name.ends_with(kSegmentSuffix);
    const bool named = std::any_of(manifest.segments.begin(), manifest.segments.end(),
                                   [&](const auto& entry) { return entry.file == name; });
    if ((segment && !named) || name == "MANIFEST.tmp") (void)files.remove(path(name));
  }
}

// Makes `next` the manifest, then the segments in memory follow it. Files that it no longer names
// are removed last; readers that have them mapped keep them.
Result<void> Writer::Impl::publish(Manifest next) {
  next.generation = manifest.generation + 1;
  CLEW_CHECK(write_manifest(files, directory, next));
  published = true;
  CLEW_CHECK(adopt(std::move(next)));
  remove_leftovers();
  return {};
}

// Makes the segments in memory those of `next`.
Result<void> Writer::Impl::adopt(Manifest next) {
  Segments segments;
  for (const auto& entry : next.segments) {
    const auto old =
        std::find_if(manifest.segments.begin(), manifest.segments.end(),
                     [&](const auto& candidate) { return candidate.file == entry.file; });
    if (old != manifest.segments.end()) {
      segments.push_back(set.all()[static_cast<std::size_t>(old - manifest.segments.begin())]);
      continue;
    }
    CLEW_TRY(file, SegmentFile::open(files, path(entry.file), entry.seal));
    segments.push_back(std::make_shared<const Segment>(std::move(file)));
  }
  manifest = std::move(next);
  set = SegmentSet(std::move(segments));
  return {};
}

Result<void> Writer::Impl::seal() {
  if (appender->empty()) return {};
  auto next = manifest;
  const auto name = segment_name(next.next_file++);
  CLEW_TRY(seal, appender->data().write(files, path(name)));
  next.segments.push_back({name, seal});
  CLEW_CHECK(publish(std::move(next)));
  appender->restart();
  return {};
}

Result<void> Writer::Impl::merge() {
  while (const auto due = merge_due(set.all(), options)) {
    auto next = manifest;
    const auto name = segment_name(next.next_file++);
    const auto range = std::span(set.all()).subspan(due->first, due->last - due->first);
    CLEW_TRY(seal, write_merged(files, path(name), range));
    const auto first = next.segments.begin() + static_cast<std::ptrdiff_t>(due->first);
    next.segments.erase(first + 1, next.segments.begin() + static_cast<std::ptrdiff_t>(due->last));
    *first = {name, seal};
    CLEW_CHECK(publish(std::move(next)));
  }
  return {};
}

// False if the block is there already.
Result<bool> Writer::Impl::check_neighbours(const bitcoin::Block& block,
                                            std::uint32_t height) const {
  if (const auto there = height_of(block.hash)) {
    if (*there == height) return false;
    return fail(ErrorKind::data, block_text(block.hash, height) + " is in the ledger at height " +
                                     std::to_string(*there));
  }
  if (const auto other = hash_at(height))
    return fail(ErrorKind::data, block_text(block.hash, height) + ": the ledger has block " +
                                     to_display(*other) + " there");
  const auto below = height == 0 ? std::nullopt : hash_at(height - 1);
  if (below && *below != block.header.previous)
    return fail(ErrorKind::data, block_text(block.hash, height) + " does not follow block " +
                                     to_display(*below) + " below it");
  if (const auto above = set.block_at(height + 1)) {
    const auto raw = ByteView(above->segment->block_header.at(above->row), bitcoin::kHeaderSize);
    const auto header = bitcoin::decode_header(raw);
    if (header && header->previous != block.hash)
      return fail(ErrorKind::data,
                  block_text(block.hash, height) + " is not the one that the block above follows");
  }
  return true;
}

Writer::Writer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;
Writer::~Writer() = default;

Result<Writer> Writer::open(const std::string& directory, const bitcoin::ChainParams& chain,
                            WriterOptions options, FileSystem& files) {
  auto impl = std::make_unique<Impl>(directory, options, files);
  CLEW_CHECK(impl->open(chain));
  return Writer(std::move(impl));
}

bool Writer::contains(const Hash256& block_hash) const {
  return impl_->height_of(block_hash).has_value();
}
std::optional<Hash256> Writer::hash_at(std::uint32_t height) const {
  return impl_->hash_at(height);
}
std::optional<std::uint32_t> Writer::height_of(const Hash256& block_hash) const {
  return impl_->height_of(block_hash);
}

std::optional<Tip> Writer::tip() const {
  std::optional<Tip> tip;
  if (!impl_->set.by_height().empty()) {
    const auto height = impl_->set.by_height().back()->end_height() - 1;
    tip = Tip{height, *impl_->hash_at(height)};
  }
  if (!impl_->appender->empty() && (!tip || impl_->appender->end_height() > tip->height)) {
    const auto height = impl_->appender->end_height() - 1;
    tip = Tip{height, *impl_->hash_at(height)};
  }
  return tip;
}

void Writer::expect(std::uint64_t raw_bytes) {
  impl_->appender->expect(std::min(raw_bytes, impl_->options.segment_bytes_max));
}

Result<bool> Writer::append(const bitcoin::Block& block, std::uint32_t height,
                            Appender::Spent spent) {
  CLEW_TRY(is_new, impl_->check_neighbours(block, height));
  if (!is_new) return false;
  const auto rows = std::max(block.inputs.size(), block.outputs.size());
  auto& appender = *impl_->appender;
  if (!appender.empty() && (appender.end_height() != height || rows >= appender.room() ||
                            appender.data().counts.raw_bytes >= impl_->options.segment_bytes_max))
    CLEW_CHECK(commit());
  const auto addresses = impl_->set.totals().address_count + appender.data().address_at.size();
  if (addresses + block.outputs.size() + block.inputs.size() >= kNoAddress)
    return fail(ErrorKind::unsupported, "the ledger has no room for more than 2^32 addresses");
  appender.append(block, height, spent);
  return true;
}

Result<void> Writer::commit() {
  CLEW_CHECK(impl_->seal());
  if (!impl_->published) CLEW_CHECK(impl_->publish(impl_->manifest));
  return impl_->merge();
}

Result<void> Writer::unwind(std::uint32_t height) {
  CLEW_CHECK(impl_->seal());
  const auto& segments = impl_->set.all();
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
  auto next = impl_->manifest;
  next.segments.resize(static_cast<std::size_t>(first - segments.begin()));
  if ((*first)->first_height() < height) {
    const auto name = segment_name(next.next_file++);
    CLEW_TRY(seal, write_merged(impl_->files, impl_->path(name), {&*first, 1},
                                height - (*first)->first_height()));
    next.segments.push_back({name, seal});
  }
  impl_->published = false;
  CLEW_CHECK(impl_->adopt(std::move(next)));
  impl_->appender->restart();
  return {};
}

}  // namespace clew::ledger
