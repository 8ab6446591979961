// A file of TRON's blocks, plain or gzip: a full node's answers as JSON
// (chain/tron/saved_answers.h; a document, an array, or one of them a line), or messages of
// protocol buffers (Block, and TransactionRet with the infos of a block): one alone, or many, each
// behind its length as a varint.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "chain/tron/block.h"
#include "chain/tron/saved_answers.h"
#include "ingest/problem.h"
#include "ingest/text_file.h"

namespace clew::ingest {

// Where a block, or the infos of one, stand in the file.
struct TronPiece : tron::SavedAnswer {
  std::uint64_t line = 0;  // 0: it is a message

  std::string place() const;  // "line 12", "byte 3456"
};

class TronBlockFile {
 public:
  // A longer message is taken for a damaged length.
  static constexpr std::size_t kMessageMax = std::size_t{256} << 20;

  static Result<std::unique_ptr<TronBlockFile>> open(FileSystem& files, const std::string& path);

  const std::string& path() const { return path_; }
  // All that the file holds, in its order. What cannot be read is told to `problems`: a line or a
  // message that is wrong is passed over; behind a place that is damaged nothing is read. Ends
  // early if `stop` is set.
  std::vector<TronPiece> index(ProblemLog& problems, const std::atomic<bool>* stop = nullptr);
  // What stands there. io, data: as reading the file.
  Result<std::string> read(const TronPiece& piece);

 private:
  TronBlockFile(FileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}
  bool stopped() const { return stop_ != nullptr && stop_->load(); }
  Result<void> index_lines(std::vector<TronPiece>& pieces, ProblemLog& problems);
  Result<void> index_message(std::vector<TronPiece>& pieces);
  Result<void> index_messages(std::vector<TronPiece>& pieces, ProblemLog& problems);

  FileSystem& files_;
  std::string path_;
  std::unique_ptr<TextFile::Stream> stream_;
  const std::atomic<bool>* stop_ = nullptr;  // while it is indexed
};

// Of a block's piece, as it was read; hashes are checked. Infos that stand elsewhere are left open.
Result<tron::Block> read_tron_block(const TronPiece& piece, std::string_view text);
Result<std::vector<tron::TransactionInfo>> read_tron_infos(const TronPiece& piece,
                                                           std::string_view text);

}  // namespace clew::ingest
