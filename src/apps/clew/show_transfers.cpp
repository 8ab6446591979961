// `clew transfers`.
#include <algorithm>
#include <iostream>

#include "apps/clew/account_known.h"
#include "apps/clew/account_names.h"
#include "apps/clew/commands.h"
#include "apps/clew/completeness.h"
#include "apps/clew/count_text.h"
#include "labels/printable.h"

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
  CLEW_TRY(id, find_account(view, options.address));
  Listing listing;
  // One to oneself is among the postings twice, and one transfer all the same.
  std::optional<TransferId> last;
  view.snapshot.for_each_posting(id, 0, [&](const account::Posting& posting) {
    if (last == posting.transfer) return true;
    last = posting.transfer;
    if (listing.total >= options.offset && listing.transfers.size() < options.limit)
      listing.transfers.push_back(posting.transfer);
    ++listing.total;
    return true;
  });
  return listing;
}

// From or to any address of an entity; one between two of them comes once.
Result<Listing> transfers_of_entity(const AccountKnown& known, const TransfersOptions& options) {
  CLEW_TRY(id, find_account(known.view, options.entity));
  std::vector<TransferId> all;
  for (const auto member : known.entities.members(known.entities.entity(id)))
    known.view.snapshot.for_each_posting(member, 0, [&](const account::Posting& posting) {
      all.push_back(posting.transfer);
      return true;
    });
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  Listing listing{.total = all.size()};
  const auto from = std::min<std::uint64_t>(options.offset, all.size());
  const auto count = std::min<std::uint64_t>(options.limit, all.size() - from);
  listing.transfers.assign(all.begin() + static_cast<std::ptrdiff_t>(from),
                           all.begin() + static_cast<std::ptrdiff_t>(from + count));
  return listing;
}

Result<void> print_named_transfer(const AccountView& view, const account::TransferRow& transfer,
                                  AccountNames& names) {
  print_transfer(view, transfer);
  for (const auto id : {transfer.from, transfer.to}) {
    CLEW_TRY(name, names.of(id));
    if (name)
      std::cout << "    " << view.address_text(id) << " is " << labels::printable(*name) << '\n';
  }
  return {};
}

Result<Listing> find_transfers(const AccountView& view, const TransfersOptions& options) {
  if (!options.address.empty()) return transfers_of_address(view, options);
  if (!options.tx.empty()) {
    CLEW_TRY(hash, parse_hash(view.chain, options.tx));
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

Result<ExitCode> show(const Session& session, const AccountView& view, const Listing& listing) {
  CLEW_TRY(names, AccountNames::open(session, view));
  if (session.json) {
    Json document = {{"transfers", Json::array()}, {"total", listing.total}};
    for (const auto id : listing.transfers) {
      CLEW_TRY(transfer, named_transfer_json(view, view.snapshot.transfer(id), names));
      document["transfers"].push_back(std::move(transfer));
    }
    document["snapshot"] = snapshot_json(view);
    print_json(document);
    return kOk;
  }
  for (const auto id : listing.transfers)
    CLEW_CHECK(print_named_transfer(view, view.snapshot.transfer(id), names));
  std::cout << counted(listing.total, "transfer");
  if (listing.transfers.size() < listing.total)
    std::cout << ", of which " << grouped(listing.transfers.size())
              << " are shown; --limit and --offset show others";
  std::cout << '\n';
  print_untold(view);
  return kOk;
}

}  // namespace

Result<ExitCode> transfers(const Session& session, const TransfersOptions& options) {
  if (!options.entity.empty()) {
    const auto on = account_session(session, options.entity).value_or(session);
    CLEW_TRY(known, AccountKnown::open(on));
    CLEW_TRY(listing, transfers_of_entity(known, options));
    return show(on, known.view, listing);
  }
  const auto on = account_session(session, options.address).value_or(session);
  CLEW_TRY(view, open_account_chain(on));
  CLEW_TRY(listing, find_transfers(view, options));
  return show(on, view, listing);
}

}  // namespace clew::app
