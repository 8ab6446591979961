// What the paths given to an ingest stand for: block files, raw blocks, or text with a block a
// line. Content decides, not the name, so that any mix of files and folders can be given.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "chain/bitcoin/block.h"
#include "ingest/problem.h"
#include "ingest/xor_key.h"

namespace clew::ingest {

enum class SourceKind : std::uint8_t {
  blk_file,   // records of magic, size, block
  raw_block,  // the consensus bytes of one block
  text,       // lines of verbose JSON, or of a block in hexadecimal; plain or gzip
};

struct Source {
  std::string path;
  SourceKind kind{};
  XorKey key;              // of a block file
  std::uint64_t size = 0;  // bytes on disk
};

// The sources behind `paths`, in that order; the block files of a folder by their number. A folder
// holds blk*.dat itself (a node's `blocks` folder) or in a folder `blocks` (a node's data folder,
// or what the simulator wrote). Names that do not exist are an error before anything is done; a
// file that is none of the above goes to the log.
Result<std::vector<Source>> find_sources(FileSystem& files, std::span<const std::string> paths,
                                         ProblemLog& log);

// The bytes that a line of a text source stands for, if it is hexadecimal.
std::optional<Bytes> block_from_hex(std::string_view line);

}  // namespace clew::ingest
