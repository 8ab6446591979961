// `clew entity`, `clew entities` and `clew why`.
#include <algorithm>
#include <fstream>
#include <iostream>

#include "apps/clew/account_view.h"
#include "apps/clew/commands.h"
#include "apps/clew/completeness.h"
#include "apps/clew/count_text.h"
#include "apps/clew/entity_account.h"
#include "apps/clew/known.h"
#include "apps/clew/neighbours.h"
#include "apps/clew/totals_text.h"
#include "labels/printable.h"

namespace clew::app {
namespace {

Json held_back_json(const Known& known, const graph::HeldBackJoin& join) {
  const auto& s = known.snapshot;
  return {{"txid", to_display(s.txid(join.tx))},
          {"rule", std::string(graph::info(static_cast<graph::Rule>(join.rule)).name)},
          {"a", s.address_text(join.a)},
          {"b", s.address_text(join.b)},
          {"service_a", known.services().list[join.service_a].name},
          {"service_b", known.services().list[join.service_b].name}};
}

// The held back joins that concern one entity.
Json held_back_of(const Known& known, ledger::AddressId entity) {
  auto list = Json::array();
  for (const auto& join : known.entities.held_back())
    if (known.entity_of(join.a) == entity || known.entity_of(join.b) == entity)
      list.push_back(held_back_json(known, join));
  return list;
}

// Those that would have joined two addresses' entities.
Json held_back_between(const Known& known, ledger::AddressId one, ledger::AddressId other) {
  const auto asked = std::minmax({known.entity_of(one), known.entity_of(other)});
  auto list = Json::array();
  for (const auto& join : known.entities.held_back())
    if (std::minmax({known.entity_of(join.a), known.entity_of(join.b)}) == asked)
      list.push_back(held_back_json(known, join));
  return list;
}

void print_entity(const Known& known, ledger::AddressId entity, const EntityOptions& options,
                  const std::vector<labels::StoredLabel>& labels) {
  const auto& s = known.snapshot;
  std::cout << "entity " << s.address_text(entity) << '\n'
            << "  " << counted(known.entities.member_count(entity), "address", "addresses")
            << ", by " << known.entities.basis().rules.text() << '\n';
  print_totals(known.entities.totals(entity), s.chain());
  for (const auto& line : label_lines(labels))
    std::cout << "  label     " << line << '\n';
  print_held_back(held_back_of(known, entity), "txid");
  for (const auto member : known.entities.members(entity, 0, options.limit))
    std::cout << "  " << s.address_text(member) << '\n';
  if (const auto count = known.entities.member_count(entity); count > options.limit)
    std::cout << "  … and " << grouped(count - options.limit) << " more (--limit)\n";
}

Json step_json(const ledger::Snapshot& s, const graph::Step& step) {
  const auto& rule = graph::info(static_cast<graph::Rule>(step.rule));
  const auto block = s.block_of_tx(step.tx);
  return {{"from", s.address_text(step.from)},
          {"to", s.address_text(step.to)},
          {"txid", to_display(s.txid(step.tx))},
          {"height", s.height_of(block)},
          {"time", s.time_of(block)},
          {"rule", std::string(rule.name)},
          {"confidence", rule.confidence}};
}

void print_steps(const ledger::Snapshot& s, const std::vector<graph::Step>& steps) {
  if (steps.empty()) std::cout << "  they are the same address\n";
  for (const auto& step : steps) {
    const auto& rule = graph::info(static_cast<graph::Rule>(step.rule));
    std::cout << "  " << s.address_text(step.from) << "\n    and " << s.address_text(step.to)
              << "\n    in transaction " << to_display(s.txid(step.tx)) << ", "
              << time_text(s.time_of(s.block_of_tx(step.tx))) << " UTC\n    by " << rule.name
              << " (confidence " << rule.confidence << "): " << rule.meaning << '\n';
  }
}

}  // namespace

Result<ExitCode> show_entity(const Session& session, const EntityOptions& options) {
  if (const auto on = account_session(session, options.address))
    return show_account_entity(*on, options);
  CLEW_TRY(known, Known::open(session, options.choice));
  CLEW_TRY(id, known.find_known(options.address));
  const auto entity = known.entity_of(id);
  CLEW_TRY(labels, known.inherited_labels(entity));
  std::optional<Neighbours> neighbours;
  if (options.relations.count) {
    const auto members = known.entities.members(entity);
    CLEW_TRY(found, find_neighbours(known, entity, true, members, options.relations));
    neighbours = std::move(found);
  }
  if (!session.json) {
    print_entity(known, entity, options, labels);
    if (neighbours) CLEW_CHECK(print_neighbours(known, *neighbours));
    print_untold(known.snapshot);
    return kOk;
  }
  const auto& s = known.snapshot;
  auto members = Json::array();
  for (const auto member : known.entities.members(entity, 0, options.limit))
    members.push_back(s.address_text(member));
  Json document = {{"entity", s.address_text(entity)},
                   {"address_count", known.entities.member_count(entity)},
                   {"addresses", members},
                   {"totals", totals_json(known.entities.totals(entity))},
                   {"labels", labels_json(labels)},
                   {"held_back", held_back_of(known, entity)}};
  if (neighbours) {
    CLEW_TRY(relations, neighbours_json(known, *neighbours));
    document["relations"] = std::move(relations);
  }
  document["basis"] = basis_json(known.entities.basis());
  document["snapshot"] = snapshot_json(s);
  print_json(document);
  return kOk;
}

Result<ExitCode> export_entities(const Session& session, const EntitiesOptions& options) {
  if (const auto on = account_session(session, {})) return export_account_entities(*on, options);
  CLEW_TRY(known, Known::open(session, options.choice));
  const auto& s = known.snapshot;
  std::ofstream out(options.out, std::ios::binary);
  out << "address,entity\n";
  known.entities.each([&](ledger::AddressId address, ledger::AddressId entity) {
    out << s.address_text(address) << ',' << s.address_text(entity) << '\n';
  });
  if (!out.flush()) return fail(ErrorKind::io, "cannot write " + options.out);
  auto held_back = Json::array();
  for (const auto& join : known.entities.held_back())
    held_back.push_back(held_back_json(known, join));
  if (session.json) {
    print_json({{"out", options.out},
                {"addresses", known.entities.address_count()},
                {"entities", known.entities.entity_count()},
                {"held_back", held_back},
                {"basis", basis_json(known.entities.basis())},
                {"snapshot", snapshot_json(s)}});
    return kOk;
  }
  std::cout << options.out << ": "
            << counted(known.entities.address_count(), "address", "addresses") << ", "
            << counted(known.entities.entity_count(), "entity", "entities") << ", by "
            << known.entities.basis().rules.text() << '\n';
  if (!held_back.empty())
    std::cout << counted(held_back.size(), "join")
              << " held back because two labelled services would merge (--json lists all)\n";
  print_untold(s);
  return kOk;
}

Result<ExitCode> why(const Session& session, const WhyOptions& options) {
  if (const auto on = account_session(session, options.a)) return why_accounts(*on, options);
  CLEW_TRY(known, Known::open(session, options.choice));
  const auto& s = known.snapshot;
  CLEW_TRY(a, known.find_known(options.a));
  CLEW_TRY(b, known.find_known(options.b));
  const auto steps = known.entities.why(a, b);
  const auto held_back = steps ? Json::array() : held_back_between(known, a, b);
  if (session.json) {
    auto list = Json::array();
    if (steps)
      for (const auto& step : *steps)
        list.push_back(step_json(s, step));
    print_json({{"a", options.a},
                {"b", options.b},
                {"together", steps.has_value()},
                {"entity", steps ? Json(s.address_text(known.entity_of(a))) : Json(nullptr)},
                {"steps", list},
                {"held_back", held_back},
                {"basis", basis_json(known.entities.basis())},
                {"snapshot", snapshot_json(s)}});
    return kOk;
  }
  if (steps) {
    std::cout << "both belong to entity " << s.address_text(known.entity_of(a)) << '\n';
    print_steps(s, *steps);
  } else {
    std::cout << "nothing joins them by " << known.entities.basis().rules.text() << '\n';
    print_held_back(held_back, "txid");
  }
  print_untold(s);
  return kOk;
}

}  // namespace clew::app
