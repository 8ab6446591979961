// Brings the ledger's own blocks into the header tree where the sources touch them, so that one
// choice of branches covers both.
#pragma once

#include "ingest/header_tree.h"
#include "ledger/snapshot.h"
#include "ledger/writer.h"

namespace clew::ingest {

// Marks the blocks of the tree that the ledger holds, and adds those it holds alone: of each run of
// heights, from the lowest block that the sources hold or build on to its end, or all of it if the
// sources lead up to its start. `snapshot` shows what `writer` has; both are the ledger as it is
// before the ingest. corrupt if the ledger is damaged.
Result<void> add_ledger_blocks(const ledger::Writer& writer, const ledger::Snapshot& snapshot,
                               HeaderTree& tree);

}  // namespace clew::ingest
