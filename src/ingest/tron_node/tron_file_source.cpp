#include "ingest/tron_node/tron_file_source.h"

#include "ingest/tron_node/tron_live_block.h"

namespace clew::ingest {
namespace {

using Kind = tron::SavedAnswer::Kind;

std::string block_text(std::uint64_t number, const Hash256& id) {
  return "block " + std::to_string(number) + " " + to_hex(id);
}

}  // namespace

Result<std::unique_ptr<TronFileSource>> TronFileSource::open(const std::vector<std::string>& paths,
                                                             ProblemLog& problems,
                                                             FileSystem& files,
                                                             const std::atomic<bool>* stop) {
  std::unique_ptr<TronFileSource> source(new TronFileSource);
  for (const auto& path : paths) {
    auto file = TronBlockFile::open(files, path);
    if (!file) return fail(std::move(file).error());
    source->files_.push_back(std::move(*file));
  }
  for (std::size_t file = 0; file < paths.size(); ++file) {
    source->counts_.push_back({.path = paths[file]});
    for (const auto& piece : source->files_[file]->index(problems, stop))
      source->add(file, piece);
    if (stop != nullptr && stop->load())
      return fail(ErrorKind::stopped, "interrupted while reading " + paths[file]);
  }
  source->tell_infos_alone(problems);
  return source;
}

void TronFileSource::add(std::size_t file, const TronPiece& piece) {
  auto& counts = counts_[file];
  if (piece.kind == Kind::infos) {
    ++counts.infos;
    infos_.emplace(piece.number, Place{file, piece});
    return;
  }
  ++counts.blocks;
  if (has(piece.id)) return;
  const auto at = blocks_.emplace(piece.number, Place{file, piece});
  by_id_.emplace(piece.id, at);
}

void TronFileSource::tell_infos_alone(ProblemLog& problems) const {
  for (const auto& [number, place] : infos_)
    if (!blocks_.contains(number))
      problems.add(
          files_[place.file]->path(),
          {ErrorKind::data, place.piece.place() + ": infos of block " + std::to_string(number) +
                                ", which is in none of the files"});
}

std::vector<BlockRun> TronFileSource::runs(std::uint64_t from, std::uint64_t to) const {
  std::vector<BlockRun> runs;
  for (auto at = blocks_.lower_bound(from); at != blocks_.end() && at->first <= to; ++at) {
    const auto number = at->first;
    if (!runs.empty() && number - runs.back().last <= 1)
      runs.back().last = number;
    else
      runs.push_back({number, number});
  }
  return runs;
}

std::optional<std::uint64_t> TronFileSource::failed(const std::string& problem) const {
  const std::lock_guard lock(mutex_);
  if (!failure_ || failure_->second != problem) return std::nullopt;
  return failure_->first;
}

std::string TronFileSource::place_of(const Place& place) const {
  return files_[place.file]->path() + ": " + place.piece.place();
}

Result<LiveHead> TronFileSource::head() {
  return LiveHead{head_, blocks_.find(head_)->second.piece.id};
}

Result<std::unique_ptr<LiveBlock>> TronFileSource::fetch(std::uint64_t number) {
  return fetch_at(blocks_.find(number)->second);
}

Result<std::unique_ptr<LiveBlock>> TronFileSource::fetch(const LiveHead& block) {
  const auto found = by_id_.find(block.hash);
  if (found == by_id_.end() || found->second->first != block.number)
    return fail(ErrorKind::data, block_text(block.number, block.hash) +
                                     ", which the next one follows, is in none of the files");
  return fetch_at(found->second->second);
}

Result<std::unique_ptr<LiveBlock>> TronFileSource::fetch_at(const Place& place) {
  auto block = read(place);
  if (block) {
    (*block)->node = place_of(place);
    return block;
  }
  auto error = std::move(block).error().within(place_of(place) + ": block " +
                                               std::to_string(place.piece.number));
  const std::lock_guard lock(mutex_);
  failure_.emplace(place.piece.number, error.message);
  refused_.insert(place.piece.id);
  return fail(std::move(error));
}

Result<std::string> TronFileSource::text_of(const Place& place) {
  const std::lock_guard lock(mutex_);
  return files_[place.file]->read(place.piece);
}

Result<std::unique_ptr<LiveBlock>> TronFileSource::read(const Place& place) {
  CLEW_TRY(text, text_of(place));
  CLEW_TRY(block, read_tron_block(place.piece, text));
  std::uint64_t bytes = text.size();
  if (!block.infos) CLEW_CHECK(add_infos(block, bytes));
  CLEW_TRY(live, tron_live_block(reader_, block, bytes));
  // Nothing holds the rows of tables against the header.
  if (place.piece.kind == Kind::tables) live->block.parts = chain::kMadeOfList;
  return std::unique_ptr<LiveBlock>(std::move(live));
}

// Of the lists for that number the one that is of this block; an empty block needs none.
Result<void> TronFileSource::add_infos(tron::Block& block, std::uint64_t& bytes) {
  if (block.txs.empty()) block.infos.emplace();
  const auto [begin, end] = infos_.equal_range(block.header.number);
  for (auto at = begin; at != end; ++at) {
    const auto within = [&](Error error) {
      return fail(std::move(error).within("infos in " + place_of(at->second)));
    };
    auto text = text_of(at->second);
    if (!text) return within(std::move(text).error());
    auto infos = read_tron_infos(at->second.piece, *text);
    if (!infos) return within(std::move(infos).error());
    bytes += text->size();
    const bool fits = infos->empty() == block.txs.empty() &&
                      (infos->empty() || infos->front().id == block.txs.front().id);
    block.infos = std::move(*infos);
    if (fits) break;
  }
  return {};
}

}  // namespace clew::ingest
