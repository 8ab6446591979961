// The ledger of outputs and inputs as segment_store.h and verify_segments.h take it.
#pragma once

#include <span>

#include "ledger/appender.h"
#include "ledger/segment_data.h"
#include "ledger/segment_set.h"

namespace clew::ledger {

struct UtxoKind {
  static constexpr std::string_view kName = "utxo";
  using Segment = ledger::Segment;
  using Set = SegmentSet;
  using Appender = ledger::Appender;
  using Data = SegmentData;
  static bool fits(std::span<const std::shared_ptr<const Segment>> segments);
};

}  // namespace clew::ledger
