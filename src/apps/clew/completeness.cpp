// `clew completeness`, and what other answers say of it.
#include "apps/clew/completeness.h"

#include <algorithm>
#include <iostream>

#include "apps/clew/account_view.h"
#include "apps/clew/commands.h"
#include "apps/clew/count_text.h"

namespace clew::app {
namespace {

// What a range is told apart by.
constexpr std::uint8_t kTold = chain::kReceipts | chain::kCalls | chain::kCallsDisputed |
                               chain::kMadeOfList | chain::kNumberedByTime;
// As many ranges are listed below an answer; `clew completeness` lists all.
constexpr std::size_t kShown = 3;

const char* state_of(const BlockRange& range) {
  return !range.held        ? "missing"
         : range.disputed() ? "disputed"
         : range.complete() ? "complete"
                            : "partial";
}

std::string range_text(const BlockRange& range) {
  auto text = "blocks " + std::to_string(range.from) + " to " + std::to_string(range.to) + ": ";
  if (!range.held) return text + "missing";
  if (range.disputed())
    return text + "disputed: nodes contradict each other about internal transfers";
  if (range.complete()) return text + "complete";
  text += range.of_list() ? "made of a list, without " : "partial, without ";
  bool first = true;
  for (const auto& name : range.missing()) {
    text += (first ? "" : ", ") + name;
    first = false;
  }
  if ((range.parts & chain::kNumberedByTime) != 0) text += "; numbered in order of time";
  return text;
}

std::vector<BlockRange> incomplete(const account::Snapshot& snapshot) {
  auto ranges = block_ranges(snapshot);
  std::erase_if(ranges, [](const auto& range) { return range.complete() && !range.disputed(); });
  return ranges;
}

std::vector<BlockRange> incomplete(const ledger::Snapshot& snapshot) {
  std::vector<BlockRange> ranges;
  for (const auto& gap : snapshot.gaps())
    ranges.push_back({gap.from, gap.to, 0, false});
  return ranges;
}

Json summary_json(const std::vector<BlockRange>& ranges) {
  if (ranges.empty()) return nullptr;
  auto shown = Json::array();
  for (std::size_t i = 0; i < ranges.size() && i < kShown; ++i)
    shown.push_back(range_json(ranges[i]));
  return {{"ranges", ranges.size()}, {"first", shown}};
}

// `command` lists all of them.
void print_summary(const std::vector<BlockRange>& ranges, std::string_view command) {
  std::cout << "This ledger does not hold all, and what it lacks is not in the answer:\n";
  for (std::size_t i = 0; i < ranges.size() && i < kShown; ++i)
    std::cout << "  " << range_text(ranges[i]) << '\n';
  if (ranges.size() > kShown)
    std::cout << "  … and " << counted(ranges.size() - kShown, "more range") << " (" << command
              << ")\n";
}

// Lists name transfers, not blocks: those between them are nobody's loss.
bool made_of_lists(const std::vector<BlockRange>& ranges) {
  return std::all_of(ranges.begin(), ranges.end(),
                     [](const auto& range) { return !range.held || range.of_list(); }) &&
         std::any_of(ranges.begin(), ranges.end(), [](const auto& range) { return range.held; });
}

void tell(const std::vector<BlockRange>& ranges, std::uint64_t first, examine::Extent& extent) {
  if (first > 0)
    extent.notes.push_back("the ledger begins with block " + std::to_string(first) +
                           ": what came before is not in it");
  if (ranges.empty()) return;
  if (made_of_lists(ranges)) {
    extent.notes.emplace_back("the ledger is made of lists: what they do not name is not in it");
    return;
  }
  extent.complete = false;
  for (std::size_t i = 0; i < ranges.size() && i < kShown; ++i)
    extent.missing += (extent.missing.empty() ? "" : "; ") + range_text(ranges[i]);
  if (ranges.size() > kShown)
    extent.missing += "; and " + counted(ranges.size() - kShown, "more range");
}

}  // namespace

bool BlockRange::complete() const {
  return held && (parts & chain::kReceipts) != 0 && (parts & chain::kCalls) != 0;
}

std::vector<std::string> BlockRange::missing() const {
  if (!held) return {"blocks"};
  if (of_list()) return {"what the list does not name"};
  std::vector<std::string> names;
  if ((parts & chain::kReceipts) == 0) names.emplace_back("receipts");
  if ((parts & chain::kCalls) == 0) names.emplace_back("internal transfers");
  return names;
}

std::vector<BlockRange> block_ranges(const account::Snapshot& snapshot) {
  std::vector<BlockRange> ranges;
  for (const auto& held : snapshot.held(kTold)) {
    if (!ranges.empty() && ranges.back().to + 1 < held.from)
      ranges.push_back({ranges.back().to + 1, held.from - 1, 0, false});
    ranges.push_back({held.from, held.to, held.parts, true});
  }
  return ranges;
}

Json range_json(const BlockRange& range) {
  Json document = {{"from", range.from},
                   {"to", range.to},
                   {"state", state_of(range)},
                   {"missing", range.missing()}};
  if (range.of_list()) {
    document["made_of_list"] = true;
    document["numbering"] = numbering_text(range.parts);
  }
  return document;
}

Json incomplete_json(const account::Snapshot& snapshot) {
  return summary_json(incomplete(snapshot));
}

Json incomplete_json(const ledger::Snapshot& snapshot) {
  return summary_json(incomplete(snapshot));
}

void tell_untold(const account::Snapshot& snapshot, examine::Extent& extent) {
  tell(incomplete(snapshot), snapshot.first_height(), extent);
}

void tell_untold(const ledger::Snapshot& snapshot, examine::Extent& extent) {
  tell(incomplete(snapshot), snapshot.first_height(), extent);
}

void print_untold(const AccountView& view) {
  const auto ranges = incomplete(view.snapshot);
  if (ranges.empty()) return;
  if (made_of_lists(ranges))
    std::cout << "This ledger is made of lists: what they do not name is not in the answer.\n";
  else
    print_summary(ranges, "clew completeness");
}

void print_untold(const ledger::Snapshot& snapshot) {
  auto ranges = incomplete(snapshot);
  if (const auto first = snapshot.first_height(); snapshot.tip() && first > 0)
    ranges.insert(ranges.begin(), {0, first - 1, 0, false});
  if (!ranges.empty()) print_summary(ranges, "clew info");
}

Result<ExitCode> completeness(const Session& session) {
  auto names = session.chains("account");
  if (!session.chain.empty()) names = {session.chain};
  if (names.empty()) return fail(session.no_ledger("ethereum", "account"));
  Json document;
  for (const auto& name : names) {
    CLEW_TRY(view, open_account_chain(session, name));
    const auto ranges = block_ranges(view.snapshot);
    if (!session.json) std::cout << name << '\n';
    document[name] = Json::array();
    for (const auto& range : ranges) {
      if (session.json)
        document[name].push_back(range_json(range));
      else
        std::cout << "  " << range_text(range) << '\n';
    }
  }
  if (session.json) print_json(document);
  return kOk;
}

}  // namespace clew::app
