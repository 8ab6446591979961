// Reads indexed blocks again, from whatever source holds them, and decodes them.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "chain/bitcoin/block.h"
#include "chain/bitcoin/verbose_json.h"
#include "ingest/file_window.h"
#include "ingest/header_tree.h"
#include "ingest/source.h"
#include "ingest/text_file.h"

namespace clew::ingest {

struct ReadBlock {
  bitcoin::Block block;  // views the reader's memory, until its next call, or `verbose`
  std::vector<std::optional<bitcoin::SpentOutput>> spent;  // as ledger::Writer takes it
  bitcoin::VerboseBlock verbose;                           // backs `block` for a text source
};

class BlockReader {
 public:
  BlockReader(FileSystem& files, std::span<const Source> sources, const bitcoin::ChainParams& chain,
              bool check_witness_root);

  // The block at `place`, whose hash must be `expected`, every check of the decoder passed.
  // data if the bytes are no such block; io and the like if they cannot be read.
  Result<void> read(const BlockPlace& place, const Hash256& expected, ReadBlock& out);

 private:
  struct Open {
    std::uint32_t source = 0;
    std::unique_ptr<FileWindow> window;
    std::unique_ptr<TextFile> text;
  };
  Result<Open*> open(std::uint32_t source);
  Result<void> read_line(TextFile& text, const BlockPlace& place, ReadBlock& out);

  FileSystem& files_;
  std::span<const Source> sources_;
  bitcoin::BlockDecoder decoder_;
  bitcoin::VerboseBlockParser parser_;
  std::vector<Open> open_;  // the one used last comes first
};

}  // namespace clew::ingest
