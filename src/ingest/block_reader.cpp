#include "ingest/block_reader.h"

#include <algorithm>

namespace clew::ingest {
namespace {

// A node that fetches blocks from several peers has two or three files in turn.
constexpr std::size_t kOpenMax = 4;
constexpr std::size_t kChunk = 4 << 20;

}  // namespace

BlockReader::BlockReader(FileSystem& files, std::span<const Source> sources,
                         const bitcoin::ChainParams& chain, bool check_witness_root)
    : files_(files),
      sources_(sources),
      decoder_(chain, {.check_proof_of_work = true,
                       .check_merkle_root = true,
                       .check_witness_root = check_witness_root}) {}

Result<void> BlockReader::read(const BlockPlace& place, const Hash256& expected, ReadBlock& out) {
  CLEW_TRY(file, open(place.source));
  out.spent.clear();
  if (file->text) {
    CLEW_CHECK(read_line(*file->text, place, out));
  } else {
    CLEW_TRY(raw, file->window->at(place.offset, place.size));
    if (raw.size() < place.size)
      return fail(ErrorKind::data, "the file is shorter than when its headers were read");
    CLEW_CHECK(decoder_.decode(raw, out.block));
  }
  if (out.block.hash != expected)
    return fail(ErrorKind::data, "the file has changed since its headers were read");
  return {};
}

Result<void> BlockReader::read_line(TextFile& text, const BlockPlace& place, ReadBlock& out) {
  CLEW_TRY(line, text.read(place.offset, place.size));
  if (auto raw = block_from_hex(line)) {
    out.verbose.raw = std::move(*raw);
    return decoder_.decode(out.verbose.raw, out.block);
  }
  CLEW_TRY(verbose, parser_.parse(line));
  out.verbose = std::move(verbose);
  out.spent.swap(out.verbose.spent);
  if (out.verbose.header_complete) return decoder_.decode(out.verbose.raw, out.block);
  return decoder_.decode_with_stated_hash(out.verbose.raw, out.verbose.hash, out.block);
}

Result<BlockReader::Open*> BlockReader::open(std::uint32_t source) {
  const auto known = std::find_if(open_.begin(), open_.end(),
                                  [&](const Open& file) { return file.source == source; });
  if (known != open_.end()) {
    std::rotate(open_.begin(), known, known + 1);
    return &open_.front();
  }
  Open file{source, nullptr, nullptr};
  if (sources_[source].kind == SourceKind::text) {
    CLEW_TRY(text, TextFile::open(files_, sources_[source].path));
    file.text = std::make_unique<TextFile>(std::move(text));
  } else {
    file.window =
        std::make_unique<FileWindow>(files_, sources_[source].path, sources_[source].key, kChunk);
  }
  if (open_.size() == kOpenMax) open_.pop_back();
  open_.insert(open_.begin(), std::move(file));
  return &open_.front();
}

}  // namespace clew::ingest
