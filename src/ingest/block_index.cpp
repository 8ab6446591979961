#include "ingest/block_index.h"

#include "chain/bitcoin/verbose_json.h"
#include "ingest/blk_file.h"
#include "ingest/text_file.h"

namespace clew::ingest {
namespace {

class Indexer {
 public:
  Indexer(FileSystem& files, const bitcoin::ChainParams& chain, const IndexProgress& progress,
          BlockIndex& index, ProblemLog& log)
      : files_(files), chain_(chain), progress_(progress), index_(index), log_(log) {}

  // False if it was stopped.
  bool add(const Source& source, std::uint32_t number);

 private:
  Result<bool> add_blk_file(const Source& source, std::uint32_t number);
  Result<bool> add_raw_block(const Source& source, std::uint32_t number);
  Result<bool> add_text(const Source& source, std::uint32_t number);
  Result<void> add_line(const TextLine& line, std::uint32_t number);
  Result<NodeId> add_header(ByteView raw, const BlockPlace& place);
  bool go_on(std::uint64_t bytes_done) { return !progress_ || progress_(before_ + bytes_done); }

  FileSystem& files_;
  const bitcoin::ChainParams& chain_;
  const IndexProgress& progress_;
  BlockIndex& index_;
  ProblemLog& log_;
  bitcoin::VerboseBlockParser parser_;
  std::uint64_t before_ = 0;  // bytes of the sources that are done
};

bool Indexer::add(const Source& source, std::uint32_t number) {
  const auto done = source.kind == SourceKind::blk_file    ? add_blk_file(source, number)
                    : source.kind == SourceKind::raw_block ? add_raw_block(source, number)
                                                           : add_text(source, number);
  if (!done) log_.add(source.path, done.error());
  before_ += source.size;
  return !done || *done;
}

Result<bool> Indexer::add_blk_file(const Source& source, std::uint32_t number) {
  BlkScanner scanner(files_, source.path, source.key, chain_, log_);
  for (;;) {
    CLEW_TRY(record, scanner.next());
    if (!record) return true;
    CLEW_TRY(header, bitcoin::decode_header(record->header));
    index_.tree.add(bitcoin::block_hash(record->header), header,
                    {number, record->size, record->offset});
    ++index_.records;
    if (!go_on(record->offset + record->size)) return false;
  }
}

Result<bool> Indexer::add_raw_block(const Source& source, std::uint32_t number) {
  if (source.size > kBlockSizeMax)
    return fail(ErrorKind::data, "larger than a block can be: " + std::to_string(source.size) +
                                     " bytes, the limit is " + std::to_string(kBlockSizeMax));
  Bytes raw;
  CLEW_CHECK(files_.read_at(source.path, 0, bitcoin::kHeaderSize, raw));
  const BlockPlace place{number, static_cast<std::uint32_t>(source.size), 0};
  if (auto added = add_header(raw, place); !added) log_.add(source.path, 0, added.error().message);
  return go_on(source.size);
}

Result<bool> Indexer::add_text(const Source& source, std::uint32_t number) {
  CLEW_TRY(text, TextFile::open(files_, source.path));
  for (;;) {
    const auto next = text.next();
    if (!next) log_.add({next.error().kind, source.path, text.place(), next.error().message});
    if (!next || !*next) return true;
    const TextLine& line = **next;
    if (auto added = add_line(line, number); !added)
      log_.add(source.path, line.offset, added.error().message);
    if (!go_on(text.position())) return false;
  }
}

Result<void> Indexer::add_line(const TextLine& line, std::uint32_t number) {
  const BlockPlace place{number, static_cast<std::uint32_t>(line.text.size()), line.offset};
  if (const auto raw = block_from_hex(line.text)) {
    CLEW_TRY(node, add_header(*raw, place));
    (void)node;
    return {};
  }
  CLEW_TRY(block, parser_.parse(line.text));
  NodeId node = kNoNode;
  if (block.header_complete) {
    CLEW_TRY(added, add_header(block.raw, place));
    node = added;
  } else {
    CLEW_TRY(header, bitcoin::decode_header(block.raw));
    node = index_.tree.add(block.hash, header, place);
    ++index_.records;
    ++index_.incomplete_headers;
  }
  if (block.height) index_.stated.push_back({node, *block.height});
  return {};
}

Result<NodeId> Indexer::add_header(ByteView raw, const BlockPlace& place) {
  CLEW_TRY(header, bitcoin::decode_header(raw));
  const auto bytes = raw.first(bitcoin::kHeaderSize);
  if (chain_.proof_of_work == bitcoin::ProofOfWork::sha256d &&
      !bitcoin::proof_of_work_holds(bytes, chain_)) {
    return fail(ErrorKind::data, "block " + to_display(bitcoin::block_hash(bytes)) +
                                     ": its proof of work does not hold on " +
                                     network_name(chain_));
  }
  ++index_.records;
  return index_.tree.add(bitcoin::block_hash(bytes), header, place);
}

}  // namespace

bool index_blocks(FileSystem& files, std::span<const Source> sources,
                  const bitcoin::ChainParams& chain, const IndexProgress& progress,
                  BlockIndex& index, ProblemLog& log) {
  Indexer indexer(files, chain, progress, index, log);
  for (std::uint32_t i = 0; i < sources.size(); ++i) {
    if (!indexer.add(sources[i], i)) return false;
  }
  return true;
}

}  // namespace clew::ingest
