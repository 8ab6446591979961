#include "ingest/network_detection.h"

#include <string_view>

#include "chain/bitcoin/verbose_json.h"
#include "ingest/file_window.h"
#include "ingest/text_file.h"

namespace clew::ingest {
namespace {

constexpr std::size_t kSearched = 16 << 20;

const bitcoin::ChainParams* first_magic(std::string_view text) {
  const bitcoin::ChainParams* first = nullptr;
  for (const auto& chain : bitcoin::all_chains()) {
    std::array<char, 4> magic;
    std::memcpy(magic.data(), &chain.magic, magic.size());
    const auto at = text.find(std::string_view(magic.data(), magic.size()));
    if (at == text.npos) continue;
    first = &chain;
    text = text.substr(0, at + magic.size() - 1);  // only what comes before can beat it
  }
  return first;
}

struct FoundHeader {
  Bytes raw;
  Hash256 hash{};
  bool complete = true;
};

// The first header of a raw block or of a text source, if it can be read.
std::optional<FoundHeader> first_header(FileSystem& files, const Source& source) {
  FoundHeader found;
  if (source.kind == SourceKind::raw_block) {
    if (!files.read_at(source.path, 0, bitcoin::kHeaderSize, found.raw)) return std::nullopt;
  } else {
    auto text = TextFile::open(files, source.path);
    if (!text) return std::nullopt;
    const auto line = text->next();
    if (!line || !*line) return std::nullopt;
    if (auto raw = block_from_hex((*line)->text)) {
      found.raw = std::move(*raw);
    } else {
      auto block = bitcoin::VerboseBlockParser().parse((*line)->text);
      if (!block) return std::nullopt;
      found = {std::move(block->raw), block->hash, block->header_complete};
    }
  }
  if (found.raw.size() < bitcoin::kHeaderSize) return std::nullopt;
  found.raw.resize(bitcoin::kHeaderSize);
  if (found.complete) found.hash = bitcoin::block_hash(found.raw);
  return found;
}

DetectedChain chain_of(const FoundHeader& header) {
  DetectedChain detected;
  const std::string hash = to_display(header.hash);
  int fitting = 0;
  for (const auto& chain : bitcoin::all_chains()) {
    if (hash == chain.genesis_hash) return {&chain, true};
    if (!header.complete || !bitcoin::proof_of_work_holds(header.raw, chain)) continue;
    if (fitting++ == 0) detected.chain = &chain;
  }
  detected.sure = fitting == 1;
  return detected;
}

}  // namespace

Result<const bitcoin::ChainParams*> find_magic(FileSystem& files, const Source& source) {
  FileWindow window(files, source.path, source.key);
  for (const std::size_t size : {std::size_t{4}, kSearched}) {
    CLEW_TRY(head, window.at(0, size));
    const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
    if (const auto* found = first_magic(text)) return found;
  }
  return nullptr;
}

Result<DetectedChain> detect_chain(FileSystem& files, std::span<const Source> sources) {
  for (const auto& source : sources) {
    if (source.kind != SourceKind::blk_file) continue;
    CLEW_TRY(chain, find_magic(files, source));
    if (chain != nullptr) return DetectedChain{chain, true};
  }
  DetectedChain guess;
  for (const auto& source : sources) {
    if (source.kind == SourceKind::blk_file) continue;
    const auto header = first_header(files, source);
    if (!header) continue;
    const auto detected = chain_of(*header);
    if (detected.sure) return detected;
    if (guess.chain == nullptr) guess = detected;
  }
  return guess;
}

}  // namespace clew::ingest
