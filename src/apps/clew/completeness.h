// What a ledger holds of its blocks, and what it does not: no answer may rest on less than it says.
#pragma once

#include <string>
#include <vector>

#include "apps/clew/session.h"
#include "detect/examine/case_file.h"
#include "ledger/account/snapshot.h"
#include "ledger/snapshot.h"

namespace clew::app {

struct AccountView;

// Consecutive blocks of which the same is known.
struct BlockRange {
  std::uint64_t from = 0, to = 0;
  std::uint8_t parts = 0;  // of chain::BlockPart
  bool held = true;

  bool of_list() const { return (parts & chain::kMadeOfList) != 0; }
  bool disputed() const { return (parts & chain::kCallsDisputed) != 0; }
  bool complete() const;
  std::vector<std::string> missing() const;
};

// From the first block that is held to the last, in order of number.
std::vector<BlockRange> block_ranges(const account::Snapshot& snapshot);
// {from, to, state, missing}; of lists made_of_list and numbering too.
Json range_json(const BlockRange& range);
// {ranges, first} of those that are not complete, null if there is none: part of every answer's
// `snapshot`.
Json incomplete_json(const account::Snapshot& snapshot);
// What a history that was read from the ledger lacks: `complete` and `missing`, or a note where
// nobody promised more, as with lists and with what came before the first block.
void tell_untold(const account::Snapshot& snapshot, examine::Extent& extent);
void tell_untold(const ledger::Snapshot& snapshot, examine::Extent& extent);
// The same of a ledger of outputs, whose blocks are held whole or not at all.
Json incomplete_json(const ledger::Snapshot& snapshot);
// Below an answer in text: what it could not know. Nothing if the ledger is complete.
void print_untold(const AccountView& view);
// Of a ledger of outputs also that it begins above the chain's first block.
void print_untold(const ledger::Snapshot& snapshot);

}  // namespace clew::app
