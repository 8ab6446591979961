// `clew transfers` and `clew completeness`.
#include <iostream>

#include "apps/clew/account_view.h"
#include "apps/clew/commands.h"
#include "apps/clew/count_text.h"

namespace clew::app {
namespace {

using account::TransferId;

struct Listing {
  std::vector<TransferId> transfers;
  std::uint64_t total = 0;  // of which these are a part
};

Listing range(TransferId first, std::uint64_t count) {
  Listing listing{.total = count};
  for (std::uint64_t i = 0; i < count; ++i)
    listing.transfers.push_back(first + i);
  return listing;
}

Result<Listing> transfers_of_address(const AccountView& view, const TransfersOptions& options) {
  CLEW_TRY(address, parse_account(options.address));
  const auto id = view.snapshot.find_address(address);
  if (!id)
    return fail(ErrorKind::not_found,
                "address " + options.address + " does not appear in this ledger");
  Listing listing;
  // One to oneself is among the postings twice, and one transfer all the same.
  std::optional<TransferId> last;
  view.snapshot.for_each_posting(*id, 0, [&](const account::Posting& posting) {
    if (last == posting.transfer) return true;
    last = posting.transfer;
    if (listing.total >= options.offset && listing.transfers.size() < options.limit)
      listing.transfers.push_back(posting.transfer);
    ++listing.total;
    return true;
  });
  return listing;
}

Result<Listing> find_transfers(const AccountView& view, const TransfersOptions& options) {
  if (!options.address.empty()) return transfers_of_address(view, options);
  if (!options.tx.empty()) {
    CLEW_TRY(hash, parse_hash(options.tx));
    const auto id = view.snapshot.find_tx(hash);
    if (!id)
      return fail(ErrorKind::not_found, "transaction " + options.tx + " is not in this ledger");
    const auto tx = view.snapshot.tx(*id);
    return range(tx.first_transfer, tx.transfer_count);
  }
  CLEW_TRY(id, find_block(view, options.block));
  const auto block = view.snapshot.block(id);
  return range(block.first_transfer, block.transfer_count);
}

// What a range is told apart by.
constexpr std::uint8_t kTold = chain::kReceipts | chain::kCalls | chain::kCallsDisputed |
                               chain::kMadeOfList | chain::kNumberedByTime;

// Consecutive blocks of which the same is known.
struct Range {
  std::uint64_t from = 0, to = 0;
  std::uint8_t parts = 0;
  bool held = true;

  bool of_list() const { return (parts & chain::kMadeOfList) != 0; }
  bool complete() const {
    return held && (parts & chain::kReceipts) != 0 && (parts & chain::kCalls) != 0;
  }
  bool disputed() const { return (parts & chain::kCallsDisputed) != 0; }
  const char* state() const {
    return !held ? "missing" : disputed() ? "disputed" : complete() ? "complete" : "partial";
  }
  std::vector<std::string> missing() const {
    if (!held) return {"blocks"};
    if (of_list()) return {"what the list does not name"};
    std::vector<std::string> names;
    if ((parts & chain::kReceipts) == 0) names.emplace_back("receipts");
    if ((parts & chain::kCalls) == 0) names.emplace_back("internal transfers");
    return names;
  }
};

std::vector<Range> ranges_of(const AccountView& view) {
  std::vector<Range> ranges;
  const auto tip = view.snapshot.tip();
  if (!tip) return ranges;
  for (std::uint64_t number = view.snapshot.first_height(); number <= tip->height; ++number) {
    const auto id = view.snapshot.find_block_at(static_cast<std::uint32_t>(number));
    const std::uint8_t parts = id ? view.snapshot.parts_of(*id) & kTold : 0;
    const bool same =
        !ranges.empty() && ranges.back().held == id.has_value() && ranges.back().parts == parts;
    if (same)
      ranges.back().to = number;
    else
      ranges.push_back({number, number, parts, id.has_value()});
  }
  return ranges;
}

Json range_json(const Range& range) {
  Json document = {{"from", range.from},
                   {"to", range.to},
                   {"state", range.state()},
                   {"missing", range.missing()}};
  if (range.of_list()) {
    document["made_of_list"] = true;
    document["numbering"] = numbering_text(range.parts);
  }
  return document;
}

void print_range(const Range& range) {
  std::cout << "  blocks " << range.from << " to " << range.to << ": ";
  if (range.disputed()) {
    std::cout << "disputed: nodes contradict each other about internal transfers\n";
    return;
  }
  if (range.complete()) {
    std::cout << "complete\n";
    return;
  }
  std::string missing;
  for (const auto& name : range.missing())
    missing += (missing.empty() ? "" : ", ") + name;
  std::cout << (range.of_list() ? "made of a list, without "
                : range.held    ? "partial, without "
                                : "missing: ")
            << missing;
  if ((range.parts & chain::kNumberedByTime) != 0) std::cout << "; numbered in order of time";
  std::cout << '\n';
}

}  // namespace

Result<ExitCode> transfers(const Session& session, const TransfersOptions& options) {
  CLEW_TRY(view, open_account_chain(session));
  CLEW_TRY(listing, find_transfers(view, options));
  if (session.json) {
    Json document = {{"transfers", Json::array()}, {"total", listing.total}};
    for (const auto id : listing.transfers)
      document["transfers"].push_back(transfer_json(view, view.snapshot.transfer(id)));
    document["snapshot"] = snapshot_json(view);
    print_json(document);
    return kOk;
  }
  for (const auto id : listing.transfers)
    print_transfer(view, view.snapshot.transfer(id));
  std::cout << counted(listing.total, "transfer");
  if (listing.transfers.size() < listing.total)
    std::cout << ", of which " << grouped(listing.transfers.size())
              << " are shown; --limit and --offset show others";
  std::cout << '\n';
  return kOk;
}

Result<ExitCode> completeness(const Session& session) {
  auto names = session.chains("account");
  if (!session.chain.empty()) names = {session.chain};
  if (names.empty()) CLEW_CHECK(open_account_chain(session).map([](const auto&) {}));
  Json document;
  for (const auto& name : names) {
    CLEW_TRY(view, open_account_chain(session, name));
    const auto ranges = ranges_of(view);
    if (!session.json) std::cout << name << '\n';
    document[name] = Json::array();
    for (const auto& range : ranges) {
      if (session.json)
        document[name].push_back(range_json(range));
      else
        print_range(range);
    }
  }
  if (session.json) print_json(document);
  return kOk;
}

}  // namespace clew::app
