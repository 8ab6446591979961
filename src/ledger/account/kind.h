// The account ledger as ledger/segment_store.h and ledger/verify_segments.h take it.
#pragma once

#include <span>
#include <string_view>

#include "ledger/account/appender.h"

namespace clew::account {

struct Kind {
  static constexpr std::string_view kName = "account";
  using Segment = account::Segment;
  using Set = SegmentSet;
  using Appender = account::Appender;
  using Data = SegmentData;
  static bool fits(std::span<const std::shared_ptr<const Segment>> segments);
};

}  // namespace clew::account
