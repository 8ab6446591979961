// Brings the ledger to the branch with most work of each tree of blocks.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ingest/block_reader.h"
#include "ingest/header_tree.h"
#include "ingest/problem.h"
#include "ledger/writer.h"

namespace clew::ingest {

struct LoadCounts {
  std::uint64_t added = 0, bytes = 0, transactions = 0, unwound = 0;
  std::uint32_t height = 0;  // of the block added last
};

struct LoadOptions {
  std::span<const Source> sources;
  std::optional<std::uint32_t> from_height, to_height;
  // Called after every block; false stops.
  std::function<bool(const LoadCounts&)> progress;
};

class BranchLoader {
 public:
  BranchLoader(HeaderTree& tree, ledger::Writer& writer, BlockReader& reader,
               const LoadOptions& options, ProblemLog& log)
      : tree_(tree), writer_(writer), reader_(reader), options_(options), log_(log) {}

  // Blocks of the tree's best branch that the ledger lacks.
  struct Due {
    std::uint64_t blocks = 0, bytes = 0;
  };
  Due due(std::uint32_t root_index, std::uint32_t root_height) const;

  // Appends what is due. A reorganisation removes blocks of the ledger only after the blocks that
  // outweigh them were read and found good. A block that fails its checks is told to the log, and
  // the choice is made anew without it. False if it was stopped; an error if the ledger cannot be
  // written.
  Result<bool> load(std::uint32_t root_index, std::uint32_t root_height);

  const LoadCounts& counts() const { return counts_; }
  std::vector<std::string> take_notes() { return std::move(notes_); }

 private:
  struct Branch {
    std::vector<NodeId> path;
    std::uint32_t height = 0;  // of path[0]
    std::uint32_t height_of(std::size_t i) const { return height + static_cast<std::uint32_t>(i); }
  };
  enum class Step : std::uint8_t { done, choose_again, give_up, stopped };

  bool in_range(std::uint32_t height) const;
  bool held(NodeId node, std::uint32_t height) const;
  Result<Step> settle(const Branch& branch);
  std::optional<std::uint32_t> collision(const Branch& branch) const;
  Step refuse_conflict(const Branch& branch, std::uint32_t height);
  bool outweighing_part_is_good(const Branch& branch, std::uint32_t from);
  Result<Step> make_room(const Branch& branch, std::uint32_t from);
  Result<Step> store(const Branch& branch);
  bool read(NodeId node, std::uint32_t height);

  HeaderTree& tree_;
  ledger::Writer& writer_;
  BlockReader& reader_;
  const LoadOptions& options_;
  ProblemLog& log_;
  ReadBlock read_;
  LoadCounts counts_;
  std::vector<std::string> notes_;
};

}  // namespace clew::ingest
