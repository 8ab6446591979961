#include "apps/clew/entity_account.h"

#include <fstream>
#include <iostream>

#include "apps/clew/account_known.h"
#include "apps/clew/account_names.h"
#include "apps/clew/completeness.h"
#include "apps/clew/count_text.h"
#include "labels/printable.h"

namespace clew::app {
namespace {

using account::DepositJoin;
using account::DepositRule;

// What every join is shown with: its rule and its transfers.
Result<Json> join_json(const AccountKnown& known, const DepositJoin& join, AccountNames& names) {
  const auto& rule = account::info(join.rule);
  auto transfers = Json::array();
  for (const auto id : join.transfers) {
    CLEW_TRY(transfer, named_transfer_json(known.view, known.view.snapshot.transfer(id), names));
    transfers.push_back(std::move(transfer));
  }
  return Json{
      {"rule", std::string(rule.name)},
      {"confidence", rule.confidence},
      {"via", join.via == account::kNoAddress ? Json(nullptr) : Json(known.address_text(join.via))},
      {"transfers", std::move(transfers)}};
}

Result<Json> held_back_json(const AccountKnown& known, const account::HeldBackDeposit& held,
                            AccountNames& names) {
  Json document = {{"a", known.address_text(held.join.a)}, {"b", known.address_text(held.join.b)}};
  CLEW_TRY(join, join_json(known, held.join, names));
  document.update(join);
  document["service_a"] = known.services.list[held.service_a].name;
  document["service_b"] = known.services.list[held.service_b].name;
  return document;
}

// All, or those that concern one entity, or those that would have joined two.
Result<Json> held_back_list(const AccountKnown& known, std::optional<account::AddressId> entity,
                            std::optional<account::AddressId> other = {}) {
  AccountNames names(known.store, known.view);
  auto list = Json::array();
  for (const auto& held : known.entities.held_back()) {
    const auto a = known.entities.entity(held.join.a), b = known.entities.entity(held.join.b);
    if (entity && a != *entity && b != *entity) continue;
    if (other && a != *other && b != *other) continue;
    CLEW_TRY(shown, held_back_json(known, held, names));
    list.push_back(std::move(shown));
  }
  return list;
}

Result<void> print_entity(const AccountKnown& known, account::AddressId asked,
                          account::AddressId entity, const EntityOptions& options) {
  CLEW_TRY(labels, known.inherited_labels(entity));
  const auto members = known.entities.members(entity);
  std::cout << "entity " << known.address_text(entity) << '\n'
            << "  " << counted(members.size(), "address", "addresses") << '\n';
  if (const auto service = known.deposit_of(asked))
    std::cout << "  " << known.address_text(asked) << " is a deposit address of "
              << labels::printable(*service) << '\n';
  for (const auto& line : label_lines(labels))
    std::cout << "  label     " << line << '\n';
  CLEW_TRY(held_back, held_back_list(known, entity));
  print_held_back(held_back, "rule");
  std::uint64_t shown = 0;
  for (const auto member : members) {
    if (shown++ == options.limit) {
      std::cout << "  … and " << grouped(members.size() - options.limit) << " more (--limit)\n";
      break;
    }
    std::cout << "  " << known.address_text(member) << '\n';
  }
  return {};
}

void print_step(const AccountKnown& known, const account::DepositStep& step) {
  const auto& rule = account::info(step.join.rule);
  std::cout << "  " << known.address_text(step.from) << "\n    and " << known.address_text(step.to)
            << "\n    by " << rule.name << " (confidence " << rule.confidence
            << "): " << rule.meaning << '\n';
  if (step.join.via != account::kNoAddress)
    std::cout << "    through " << known.address_text(step.join.via) << '\n';
  for (const auto id : step.join.transfers)
    print_transfer(known.view, known.view.snapshot.transfer(id));
}

}  // namespace

Result<ExitCode> show_account_entity(const Session& session, const EntityOptions& options) {
  if (options.relations.count)
    return fail(ErrorKind::usage, "--relations is for chains of outputs, not of accounts");
  CLEW_TRY(known, AccountKnown::open(session, options.choice));
  CLEW_TRY(id, find_account(known.view, options.address));
  const auto entity = known.entities.entity(id);
  if (!session.json) {
    CLEW_CHECK(print_entity(known, id, entity, options));
    print_untold(known.view);
    return kOk;
  }
  CLEW_TRY(labels, known.inherited_labels(entity));
  CLEW_TRY(held_back, held_back_list(known, entity));
  const auto members = known.entities.members(entity);
  const auto deposit_of = known.deposit_of(id);
  auto shown = Json::array();
  for (std::size_t i = 0; i < members.size() && i < options.limit; ++i)
    shown.push_back(known.address_text(members[i]));
  print_json({{"entity", known.address_text(entity)},
              {"address_count", members.size()},
              {"addresses", shown},
              {"deposit_of", deposit_of ? Json(*deposit_of) : Json(nullptr)},
              {"labels", labels_json(labels)},
              {"held_back", held_back},
              {"basis", basis_json(known)},
              {"snapshot", snapshot_json(known.view)}});
  return kOk;
}

Result<ExitCode> export_account_entities(const Session& session, const EntitiesOptions& options) {
  CLEW_TRY(known, AccountKnown::open(session, options.choice));
  const auto count = known.view.snapshot.address_count();
  std::ofstream out(options.out, std::ios::binary);
  out << "address,entity\n";
  std::uint64_t entities = 0;
  for (account::AddressId id = 0; id < count; ++id) {
    const auto entity = known.entities.entity(id);
    entities += entity == id;
    out << known.address_text(id) << ',' << known.address_text(entity) << '\n';
  }
  if (!out.flush()) return fail(ErrorKind::io, "cannot write " + options.out);
  CLEW_TRY(held_back, held_back_list(known, std::nullopt));
  if (session.json) {
    print_json({{"out", options.out},
                {"addresses", count},
                {"entities", entities},
                {"held_back", held_back},
                {"basis", basis_json(known)},
                {"snapshot", snapshot_json(known.view)}});
    return kOk;
  }
  std::cout << options.out << ": " << counted(count, "address", "addresses") << ", "
            << counted(entities, "entity", "entities") << '\n';
  if (!held_back.empty())
    std::cout << counted(held_back.size(), "join")
              << " held back because two labelled parties would merge (--json lists all)\n";
  return kOk;
}

Result<ExitCode> why_accounts(const Session& session, const WhyOptions& options) {
  CLEW_TRY(known, AccountKnown::open(session, options.choice));
  CLEW_TRY(a, find_account(known.view, options.a));
  CLEW_TRY(b, find_account(known.view, options.b));
  const auto steps = known.entities.why(a, b);
  auto held_back = Json::array();
  if (!steps) {
    CLEW_TRY(between, held_back_list(known, known.entities.entity(a), known.entities.entity(b)));
    held_back = std::move(between);
  }
  if (session.json) {
    auto list = Json::array();
    AccountNames names(known.store, known.view);
    if (steps)
      for (const auto& step : *steps) {
        Json document = {{"from", known.address_text(step.from)},
                         {"to", known.address_text(step.to)}};
        CLEW_TRY(join, join_json(known, step.join, names));
        document.update(join);
        list.push_back(std::move(document));
      }
    print_json(
        {{"a", options.a},
         {"b", options.b},
         {"together", steps.has_value()},
         {"entity", steps ? Json(known.address_text(known.entities.entity(a))) : Json(nullptr)},
         {"steps", list},
         {"held_back", held_back},
         {"basis", basis_json(known)},
         {"snapshot", snapshot_json(known.view)}});
    return kOk;
  }
  if (!steps) {
    std::cout << "nothing joins them\n";
    print_held_back(held_back, "rule");
    return kOk;
  }
  std::cout << "both belong to entity " << known.address_text(known.entities.entity(a)) << '\n';
  if (steps->empty()) std::cout << "  they are the same address\n";
  for (const auto& step : *steps)
    print_step(known, step);
  return kOk;
}

}  // namespace clew::app
