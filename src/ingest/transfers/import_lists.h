// Plain lists of transfers, as other tools write them, into the ledger of an account chain.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ingest/transfers/list_blocks.h"
#include "ledger/chain_state.h"

namespace clew::ingest {

// A block in which nothing happened is made of every number between the first and the last, as a
// ledger holds runs of blocks; so many at most.
inline constexpr std::uint64_t kEmptyListBlocksMax = 4'000'000;

struct ListImportOptions {
  std::string network;  // of the ledger, if it is new: "evm:1"
  std::uint64_t empty_blocks_max = kEmptyListBlocksMax;
  ListMap map;
  ListRowOptions rows;
  std::function<void(std::size_t files_done, std::uint64_t rows)> progress;
  const std::atomic<bool>* stop = nullptr;
};

struct ListFileReport {
  std::string path;
  std::uint64_t rows = 0, passed_over = 0;
};

struct ListImportReport {
  std::vector<ListFileReport> files;
  std::uint64_t added = 0, already_there = 0;     // blocks
  std::uint64_t empty_blocks = 0;                 // of those added: between others
  std::uint64_t transactions = 0, transfers = 0;  // of the blocks added
  std::uint64_t repeated = 0, without_value = 0, failed = 0, blocks_without_time = 0;  // see
                                                                                       // ListBlocks
  bool by_time = false;
  std::vector<std::string> made_up_assets;  // names that stand for a contract nobody told
  std::optional<ledger::Tip> tip;
  // Rows that are wrong, "FILE: line 12: reason", at most kListProblemsMax of them, and how many
  // there are. If there is any, nothing was stored.
  std::vector<std::string> problems;
  std::uint64_t problem_count = 0;
};
inline constexpr std::size_t kListProblemsMax = 100;

// Reads all files, then stores all blocks in one commit: no file is stored in part. What is there
// already changes nothing. Memory: about 300 bytes a row. data if the ledger holds other blocks of
// the same numbers (lists of the same blocks have to come together) or other ones of the same time;
// unsupported if there would be too many empty blocks.
Result<ListImportReport> import_lists(const std::vector<std::string>& paths,
                                      const std::string& directory,
                                      const ListImportOptions& options,
                                      FileSystem& files = real_files());

}  // namespace clew::ingest
