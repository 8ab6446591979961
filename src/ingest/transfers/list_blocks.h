// Rows of lists as blocks that the ledger takes.
#pragma once

#include <string>

#include "chain/account_block.h"
#include "ingest/transfers/list_row.h"

namespace clew::ingest {

// Why a row cannot stand beside the others.
struct ListProblem {
  std::uint32_t file = 0;
  std::uint64_t line = 0;
  std::string reason;
};

struct ListBlocks {
  // Ascending by number, without what lies between. Their hash is one of their contents.
  std::vector<chain::AccountBlock> blocks;
  // Rows told of time alone: blocks are numbered from 0, one a second in which anything happened.
  bool by_time = false;
  std::uint64_t repeated = 0;       // rows that say again what another does
  std::uint64_t without_value = 0;  // rows that move nothing
  std::uint64_t failed = 0;         // rows of what failed
  std::uint64_t blocks_without_time = 0;
  std::vector<ListProblem> problems;
};

// Rows in the order of their files. Of a block's transactions the order is that of their indexes,
// else of their logs, where all have one, else that of the rows; those of no transaction come last.
// What several rows say of one transfer (a transaction and the call that it is, the lists of two
// accounts) counts once.
ListBlocks make_list_blocks(std::vector<ListRow> rows);

// A block in which nothing happened, between others.
chain::AccountBlock empty_list_block(std::uint64_t number, std::uint64_t time);

}  // namespace clew::ingest
