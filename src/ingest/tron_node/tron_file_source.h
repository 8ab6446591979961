// Blocks of TRON from files, as if a node had them: the engine that follows nodes reads files
// through this. Transaction ids, roots and the block's id are recomputed likewise, but in tables,
// which leave out what they are made of.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "chain/tron/account_block.h"
#include "ingest/live/live_chain.h"
#include "ingest/tron_node/tron_block_file.h"

namespace clew::ingest {

// Blocks with consecutive numbers.
struct BlockRun {
  std::uint64_t first = 0, last = 0;
};

struct TronFileCounts {
  std::string path;
  std::uint64_t blocks = 0, infos = 0;  // lists of infos, one a block
};

class TronFileSource final : public LiveSource {
 public:
  // Looks through all files. What is wrong in them goes into `problems`, and infos of no block.
  // io, not_found if a file cannot be read at all; stopped if `stop` is set.
  static Result<std::unique_ptr<TronFileSource>> open(const std::vector<std::string>& paths,
                                                      ProblemLog& problems, FileSystem& files,
                                                      const std::atomic<bool>* stop = nullptr);

  const std::vector<TronFileCounts>& counts() const { return counts_; }
  // Of what the files hold in [from, to].
  std::vector<BlockRun> runs(std::uint64_t from, std::uint64_t to) const;
  // Where following is to end: the last block of a run.
  void set_head(std::uint64_t number) { head_ = number; }
  // The block that could not be had, if `problem` is why.
  std::optional<std::uint64_t> failed(const std::string& problem) const;
  bool has(const Hash256& id) const { return by_id_.contains(id); }
  // Calls visit(number, id, place) for each block of the files in [from, to] that was not refused.
  template <class Visit>
  void for_each_block(std::uint64_t from, std::uint64_t to, Visit visit) const {
    for (auto at = blocks_.lower_bound(from); at != blocks_.end() && at->first <= to; ++at)
      if (!refused_.contains(at->second.piece.id))
        visit(at->first, at->second.piece.id, place_of(at->second));
  }

  Result<LiveHead> head() override;
  // Of several blocks with that number the one that was met first.
  Result<std::unique_ptr<LiveBlock>> fetch(std::uint64_t number) override;
  // data if it is not in the files: nobody will have it later.
  Result<std::unique_ptr<LiveBlock>> fetch(const LiveHead& block) override;
  void wait_for_head(double) override {}

 private:
  struct Place {
    std::size_t file = 0;
    TronPiece piece;
  };
  using Places = std::multimap<std::uint64_t, Place>;  // by number; of equals in order of files

  TronFileSource() = default;
  void add(std::size_t file, const TronPiece& piece);
  void tell_infos_alone(ProblemLog& problems) const;
  std::string place_of(const Place& place) const;
  Result<std::string> text_of(const Place& place);
  Result<std::unique_ptr<LiveBlock>> fetch_at(const Place& place);
  Result<std::unique_ptr<LiveBlock>> read(const Place& place);
  Result<void> add_infos(tron::Block& block, std::uint64_t& bytes);

  std::vector<std::unique_ptr<TronBlockFile>> files_;
  std::vector<TronFileCounts> counts_;
  Places blocks_, infos_;
  std::map<Hash256, Places::const_iterator> by_id_;
  std::uint64_t head_ = 0;
  tron::AccountBlockReader reader_;
  mutable std::mutex mutex_;  // of the files, and of what follows
  std::optional<std::pair<std::uint64_t, std::string>> failure_;
  std::set<Hash256> refused_;
};

}  // namespace clew::ingest
