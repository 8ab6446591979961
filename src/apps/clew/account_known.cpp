#include "apps/clew/account_known.h"

#include <algorithm>
#include <array>

#include "apps/clew/known.h"
#include "labels/printable.h"
#include "labels/taxonomy.h"

namespace clew::app {
namespace {

// Kinds of services that keep what customers bring.
bool keeps_deposits(const Service& service) {
  constexpr std::array kKinds = {labels::ServiceKind::exchange, labels::ServiceKind::wallet,
                                 labels::ServiceKind::payment, labels::ServiceKind::market,
                                 labels::ServiceKind::gambling};
  return std::any_of(kKinds.begin(), kKinds.end(),
                     [&](auto kind) { return service.category == labels::name(kind); });
}

Result<void> choose_rules(const std::string& names, account::DepositOptions& options) {
  if (names.empty()) return {};
  options.deposit_address = options.shared_deposit = false;
  for (std::size_t at = 0; at <= names.size();) {
    const auto end = std::min(names.find(',', at), names.size());
    const auto name = names.substr(at, end - at);
    if (name == account::info(account::DepositRule::deposit_address).name)
      options.deposit_address = true;
    else if (name == account::info(account::DepositRule::shared_deposit).name)
      options.shared_deposit = true;
    else
      return fail(ErrorKind::usage,
                  "'" + labels::printable(name) +
                      "' is no rule of account chains: deposit_address, shared_deposit");
    at = end + 1;
  }
  return {};
}

Result<account::DepositOptions> deposit_options(const AccountView& view,
                                                const EntityChoice& choice) {
  if (choice.with_coinjoins)
    return fail(ErrorKind::usage, "there are no CoinJoins on account chains");
  account::DepositOptions options;
  CLEW_CHECK(choose_rules(choice.rules, options));
  if (choice.as_of) options.span = account::span_of(view.snapshot, {.height_to = *choice.as_of});
  return options;
}

}  // namespace

Result<AccountKnown> AccountKnown::open(const Session& session, const EntityChoice& choice,
                                        Deposits deposits) {
  CLEW_TRY(view, open_account_chain(session));
  CLEW_TRY(opened, session.labels());
  CLEW_TRY(version, opened.version());
  CLEW_TRY(services, find_services(opened, view.snapshot, view.chain.address_form));
  CLEW_CHECK(check_as_of(choice, view.snapshot.tip()));
  CLEW_TRY(options, deposit_options(view, choice));
  AccountKnown known(std::move(view), std::move(services));
  known.store = std::make_shared<const labels::Store>(std::move(opened));
  known.labels_version = std::move(version);
  known.options = options;
  known.as_of = choice.as_of;
  std::vector<account::LabelledAddress> labelled;
  for (const auto& [address, service] : known.services.named)
    if (deposits == Deposits::found)
      labelled.push_back({address, service, keeps_deposits(known.services.list[service])});
  known.entities = account::DepositEntities::find(known.view.snapshot, labelled, options);
  for (const auto* addresses : {&known.services.named, &known.services.unnamed})
    for (const auto& [address, service] : *addresses)
      known.of_entity_.emplace(known.entities.entity(address), service);
  return known;
}

std::optional<graph::ServiceId> AccountKnown::own_service_of(account::AddressId id) const {
  const auto own = services.of_address.find(id);
  return own == services.of_address.end() ? std::nullopt : std::optional(own->second);
}

std::optional<graph::ServiceId> AccountKnown::service_of(account::AddressId id) const {
  if (id == account::kNoAddress) return std::nullopt;
  if (const auto own = own_service_of(id)) return own;
  const auto inherited = of_entity_.find(entities.entity(id));
  if (inherited == of_entity_.end()) return std::nullopt;
  return inherited->second;
}

std::optional<std::string> AccountKnown::deposit_of(account::AddressId id) const {
  const auto service = entities.service_of_deposit(id);
  return service ? std::optional(services.list[*service].name) : std::nullopt;
}

std::string AccountKnown::address_text(account::AddressId id) const {
  return view.address_text(id);
}

Result<std::vector<account::AddressId>> AccountKnown::find_party(std::string_view text) const {
  const auto entity = named_entity(text);
  CLEW_TRY(id, find_account(view, entity.value_or(text)));
  return entity ? entities.members(id) : std::vector{id};
}

Result<std::vector<labels::StoredLabel>> AccountKnown::labels_of(account::AddressId id) const {
  return store->of_subject(address_text(id));
}

Result<std::vector<labels::StoredLabel>> AccountKnown::inherited_labels(
    account::AddressId entity) const {
  std::vector<labels::StoredLabel> found;
  for (const auto member : entities.members(entity)) {
    CLEW_TRY(own, labels_of(member));
    found.insert(found.end(), own.begin(), own.end());
  }
  labels::rank(found);
  return found;
}

Json basis_json(const AccountKnown& known) {
  auto rules = Json::array();
  if (known.options.deposit_address)
    rules.push_back(std::string(info(account::DepositRule::deposit_address).name));
  if (known.options.shared_deposit)
    rules.push_back(std::string(info(account::DepositRule::shared_deposit).name));
  return {{"rules", rules},
          {"blocks_max", known.options.blocks_max},
          {"fee_max", known.options.fee_max.to_decimal()},
          {"payees_max", known.options.payees_max},
          {"payers_min", known.options.payers_min},
          {"as_of", known.as_of ? Json(*known.as_of) : Json(nullptr)},
          {"labels", known.labels_version}};
}

}  // namespace clew::app
