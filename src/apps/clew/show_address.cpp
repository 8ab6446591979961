// `clew address`.
#include <array>
#include <iostream>

#include "apps/clew/account_view.h"
#include "apps/clew/commands.h"
#include "apps/clew/completeness.h"
#include "apps/clew/count_text.h"
#include "apps/clew/known.h"
#include "apps/clew/neighbours.h"
#include "apps/clew/show_account.h"
#include "apps/clew/totals_text.h"

namespace clew::app {
namespace {

Json movement_json(const ledger::Snapshot& s, const ledger::Posting& posting) {
  const auto block = s.block_of_tx(posting.tx);
  const auto row = s.tx(posting.tx);
  Json document = {{"direction", posting.spends ? "out" : "in"},
                   {"value", nullptr},
                   {"txid", to_display(s.txid(posting.tx))},
                   {"height", s.height_of(block)},
                   {"time", s.time_of(block)}};
  document["n"] = posting.row - (posting.spends ? row.first_input : row.first_output);
  if (!posting.spends)
    document["value"] = s.value(posting.row);
  else if (const auto value = s.input_value(posting.row))
    document["value"] = *value;
  return document;
}

void print_movement(const ledger::Snapshot& s, const ledger::Posting& posting) {
  const auto value = posting.spends ? s.input_value(posting.row) : s.value(posting.row);
  std::cout << "  " << time_text(s.time_of(s.block_of_tx(posting.tx)))
            << (posting.spends ? "  out  " : "  in   ")
            << (value ? amount_text(*value, s.chain()) : "unknown amount") << "  "
            << to_display(s.txid(posting.tx)) << '\n';
}

}  // namespace

Result<ExitCode> show_address(const Session& session, const AddressOptions& options) {
  if (const auto on = account_session(session, options.address))
    return show_account_address(*on, options);
  CLEW_TRY(known, Known::open(session, {}));
  const auto& s = known.snapshot;
  CLEW_TRY(id, find_address(s, options.address));
  const std::array ids = {id};
  const auto totals = graph::totals_of(s, ids);
  const auto entity = known.entity_of(id);
  const auto members = known.entities.member_count(entity);
  CLEW_TRY(own, known.labels_of(id));
  CLEW_TRY(inherited, known.inherited_labels(entity));
  const auto movements = s.history(id, options.offset, options.limit);
  const auto movement_count = s.history_size(id);
  std::optional<Neighbours> neighbours;
  if (options.relations.count) {
    CLEW_TRY(found, find_neighbours(known, id, false, ids, options.relations));
    neighbours = std::move(found);
  }

  if (session.json) {
    Json document = {{"address", s.address_text(id)}};
    document.update(totals_json(totals));
    document["labels"] = labels_json(own);
    document["entity"] = {{"entity", s.address_text(entity)},
                          {"address_count", members},
                          {"labels", labels_json(inherited)},
                          {"basis", basis_json(known.entities.basis())}};
    document["movement_count"] = movement_count;
    document["movements"] = Json::array();
    for (const auto& posting : movements)
      document["movements"].push_back(movement_json(s, posting));
    if (neighbours) {
      CLEW_TRY(relations, neighbours_json(known, *neighbours));
      document["relations"] = std::move(relations);
    }
    document["snapshot"] = snapshot_json(s);
    document["label_version"] = known.labels_version;
    print_json(document);
    return kOk;
  }
  std::cout << "address " << s.address_text(id) << '\n';
  print_totals(totals, s.chain());
  for (const auto& label : own)
    std::cout << "  label     " << label_text(label) << '\n';
  std::cout << "  entity    " << s.address_text(entity) << ", "
            << counted(members, "address", "addresses") << '\n';
  for (const auto& line : label_lines(inherited))
    std::cout << "            " << line << '\n';
  for (const auto& posting : movements)
    print_movement(s, posting);
  if (options.offset + movements.size() < movement_count)
    std::cout << "  … "
              << counted(movement_count - options.offset - movements.size(), "more movement")
              << " (--offset, --limit)\n";
  if (neighbours) CLEW_CHECK(print_neighbours(known, *neighbours));
  print_untold(s);
  return kOk;
}

}  // namespace clew::app
