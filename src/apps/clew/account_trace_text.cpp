#include <iostream>

#include "apps/clew/account_amount.h"
#include "apps/clew/account_trace_view.h"
#include "apps/clew/count_text.h"
#include "labels/printable.h"

namespace clew::app {
namespace {

using account::TraceEnd;

class Printer {
 public:
  explicit Printer(const AccountTraceView& view) : view_(view), chain_(view.chain) {}
  void print() const;

 private:
  std::string money(account::AssetId asset, const U256& value) const {
    return money_text(chain_, chain_.snapshot.asset(asset), value);
  }
  std::string party(account::AddressId id) const {
    return id == account::kNoAddress ? "nobody" : chain_.address_text(id);
  }
  std::string end_text(const account::TraceEndPoint& end) const;
  void print_origin() const;
  void print_end(const account::TraceEndPoint& end) const;
  void print_path(const account::TracePath& path) const;
  void print_hop(const account::TraceHop& hop) const;
  void print_balance(const account::TraceAsset& asset) const;
  void print_before() const;

  const AccountTraceView& view_;
  const AccountView& chain_;
};

std::string Printer::end_text(const account::TraceEndPoint& end) const {
  std::string text(account::name(end.reason));
  if (account::is_of_party(end.reason)) {
    const auto& service = view_.services.list[end.service];
    return labels::printable(service.name) + " (" + service.category + ")";
  }
  if (end.address != account::kNoAddress) text += " " + party(end.address);
  return text;
}

void Printer::print_hop(const account::TraceHop& hop) const {
  const auto tx = chain_.snapshot.tx_of_transfer(hop.transfer);
  std::cout << "      ";
  if (hop.kind == account::TraceHopKind::opening)
    std::cout << "before the ledger";
  else
    std::cout << (tx ? chain_.hash_text(chain_.snapshot.tx_hash(*tx)) : "the block's own");
  std::cout << "  " << money(hop.asset, hop.amount);
  if (hop.value != hop.amount) std::cout << " of " << money(hop.asset, hop.value);
  if (hop.kind == account::TraceHopKind::swap)
    std::cout << (view_.given.backward ? "  given in exchange" : "  got in exchange");
  std::cout << "  " << party(hop.to) << '\n';
}

// The ends of a long path tell most; the document of --json has all of it.
void Printer::print_path(const account::TracePath& path) const {
  constexpr std::size_t kEnds = 3;
  for (std::size_t i = 0; i < path.hops.size(); ++i) {
    if (i == kEnds && path.hops.size() > 2 * kEnds + 1) {
      std::cout << "      … " << counted(path.hops.size() - 2 * kEnds, "more hop") << " …\n";
      i = path.hops.size() - kEnds;
    }
    print_hop(path.hops[i]);
  }
}

void Printer::print_end(const account::TraceEndPoint& end) const {
  std::cout << "  " << money(end.asset, end.amount) << "  " << end_text(end) << '\n';
  const auto worth =
      worth_text(chain_, view_.prices, chain_.snapshot.asset(end.asset), end.amount, end.time_last);
  if (!worth.empty()) std::cout << "      worth " << worth << " at the last transfer\n";
  if (end.tainted != end.amount)
    std::cout << "      tainted in all: " << money(end.asset, end.tainted) << '\n';
  std::cout << "      " << counted(end.transfers, "transfer") << ", "
            << time_text(static_cast<std::uint32_t>(end.time_first));
  if (end.time_last != end.time_first)
    std::cout << " to " << time_text(static_cast<std::uint32_t>(end.time_last));
  std::cout << " UTC\n";
  print_path(end.path);
}

void Printer::print_balance(const account::TraceAsset& asset) const {
  U256 accounted;
  for (std::size_t i = 0; i < account::kTraceEnds; ++i) {
    const auto& amount = asset.by_reason[i];
    accounted = U256::wrapping_add(accounted, amount);
    if (!amount.is_zero())
      std::cout << "  " << money(asset.asset, amount) << "  "
                << account::name(static_cast<TraceEnd>(i)) << '\n';
  }
  std::cout << "  " << money(asset.asset, accounted) << "  accounted for, of "
            << money(asset.asset, asset.started) << " started";
  if (!asset.swapped_in.is_zero())
    std::cout << " and " << money(asset.asset, asset.swapped_in) << " got for other assets";
  std::cout << '\n';
}

void Printer::print_origin() const {
  std::uint64_t before = 0;
  for (const auto& origin : view_.origin.transfers.list)
    before += origin.before_of != account::kNoAddress;
  std::cout << (view_.given.backward ? "Backward from " : "Forward from ") << view_.origin.kind
            << ' ' << view_.given.origin << " by " << view_.given.taint << ": "
            << counted(view_.origin.transfers.list.size() - before, "transfer");
  if (before > 0) std::cout << ", and what it had before the ledger begins";
  std::cout << '\n';
  for (const auto& asset : view_.result.assets)
    if (!asset.started.is_zero()) std::cout << "  " << money(asset.asset, asset.started) << '\n';
  if (view_.origin.transfers.cut) std::cout << "  and more that is left out\n";
}

// What was met of money from before the ledger.
void Printer::print_before() const {
  const auto& before = view_.result.before;
  if (before.empty()) return;
  std::cout << counted(before.size(), "balance") << " on the way held more than this ledger "
            << "explains, from before it begins:\n";
  std::uint32_t shown = 0;
  for (const auto& row : before) {
    if (++shown > view_.given.limit) {
      std::cout << "  … and " << counted(before.size() - view_.given.limit, "more balance")
                << " (--limit)\n";
      break;
    }
    std::cout << "  " << money(row.asset, row.value) << "  " << party(row.address) << '\n';
  }
}

void Printer::print() const {
  print_origin();
  std::cout << '\n';
  const auto& result = view_.result;
  std::uint32_t shown = 0;
  for (const auto& end : result.ends) {
    if (++shown > view_.given.limit) {
      std::cout << "  … and " << counted(result.ends.size() - view_.given.limit, "more end-point")
                << " (--limit)\n";
      break;
    }
    print_end(end);
  }
  std::cout << (view_.given.backward ? "\nWhere it came from\n" : "\nWhat became of it\n");
  for (const auto& asset : result.assets)
    print_balance(asset);
  print_before();
  std::cout << "Looked at " << counted(result.transfers, "transfer") << ", "
            << counted(result.accounts, "balance") << ", " << counted(result.edges, "edge")
            << ".\n";
  if (result.edges_exhausted)
    std::cout << "The work budget is used up: what was not followed is shown as 'edges' "
                 "(--max-edges).\n";
}

}  // namespace

void print_account_trace(const AccountTraceView& view) {
  Printer(view).print();
}

}  // namespace clew::app
