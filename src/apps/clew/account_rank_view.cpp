#include "apps/clew/account_rank_view.h"

#include <cstdio>
#include <iostream>

#include "apps/clew/count_text.h"
#include "labels/printable.h"

namespace clew::app {
namespace {

const Service* service_of(const AccountRankView& view, account::AddressId id) {
  const auto& known = view.known;
  const auto service = view.given.own_labels ? known.own_service_of(id) : known.service_of(id);
  return service ? &known.services.list[*service] : nullptr;
}

}  // namespace

Json account_rank_json(const AccountRankView& view) {
  const auto& result = view.result;
  Json document = {{"origin",
                    {{"text", view.given.origin},
                     {"kind", view.origin.kind},
                     {"transfers", view.origin.transfers.list.size()},
                     {"cut", view.origin.transfers.cut}}},
                   {"addresses", Json::array()},
                   {"address_count", result.addresses.size()},
                   {"left", result.left},
                   {"pushes", result.pushes},
                   {"edges", result.edges},
                   {"edges_exhausted", result.edges_exhausted},
                   {"snapshot", snapshot_json(view.known.view)},
                   {"labels", view.known.labels_version}};
  for (const auto& ranked : result.addresses) {
    if (document["addresses"].size() >= view.given.limit) break;
    Json row = {{"address", view.known.address_text(ranked.address)},
                {"rank", ranked.rank},
                {"hops", ranked.hops},
                {"service", nullptr}};
    if (const auto* service = service_of(view, ranked.address))
      row["service"] = {{"name", service->name}, {"category", service->category}};
    document["addresses"].push_back(std::move(row));
  }
  return document;
}

void print_account_rank(const AccountRankView& view) {
  const auto& result = view.result;
  std::cout << "Addresses by rank (TTR), from " << view.origin.kind << ' ' << view.given.origin
            << ", " << counted(view.origin.transfers.list.size(), "transfer") << "\n\n";
  std::uint32_t shown = 0;
  for (const auto& ranked : result.addresses) {
    if (++shown > view.given.limit) {
      std::cout << "  … and "
                << counted(result.addresses.size() - view.given.limit, "more address",
                           "more addresses")
                << " (--limit)\n";
      break;
    }
    char rank[32];
    std::snprintf(rank, sizeof rank, "  %.6f  ", ranked.rank);
    std::cout << rank << view.known.address_text(ranked.address) << "  "
              << counted(ranked.hops, "hop");
    if (const auto* service = service_of(view, ranked.address))
      std::cout << "  " << labels::printable(service->name) << " (" << service->category << ")";
    std::cout << '\n';
  }
  std::cout << "\nLooked at " << counted(result.edges, "edge") << " in "
            << counted(result.pushes, "push", "pushes") << ".\n";
  if (result.edges_exhausted)
    std::cout << "The work budget is used up: ranks of what lies behind are too low "
                 "(--max-edges).\n";
}

}  // namespace clew::app
