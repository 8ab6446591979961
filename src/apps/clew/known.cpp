#include "apps/clew/known.h"

#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <unordered_map>

#include "apps/clew/progress.h"

namespace clew::app {
namespace {

// Lower than what reports take: see detect::ScanOptions.
constexpr int kCoinJoinConfidence = detect::kDoubtful - 15;
// Changes when the rules of detect/coinjoin change, so that stored entities are rebuilt.
constexpr std::string_view kCoinJoinVersion = "coinjoin-1";

// Inherited labels read every label of the chain in one pass when an entity is larger than this.
constexpr std::uint64_t kAskEachMax = 1000;

}  // namespace

// The services once read, and which entities they are in.
struct Known::ServiceBook {
  ServiceBook(std::shared_ptr<const labels::Store> s, ledger::Snapshot at)
      : store(std::move(s)), snapshot(std::move(at)) {}

  // Labels that can no longer be read end the command: an answer without them would be wrong.
  const Services& get() {
    if (!services) {
      auto found = find_services(*store, snapshot);
      if (!found) throw std::runtime_error(found.error().message);
      services = std::move(*found);
    }
    return *services;
  }
  std::shared_ptr<const labels::Store> store;
  ledger::Snapshot snapshot;
  std::optional<Services> services;
  std::optional<std::unordered_map<ledger::AddressId, graph::ServiceId>> of_entity;
};

Result<Known> Known::open(const Session& session, const EntityChoice& choice) {
  CLEW_TRY(snapshot, session.snapshot());
  CLEW_TRY(opened, session.labels());
  CLEW_TRY(version, opened.version());
  const auto store = std::make_shared<const labels::Store>(std::move(opened));
  const auto book = std::make_shared<ServiceBook>(store, snapshot);
  auto judge = std::make_shared<CoinJoinJudge>(snapshot);

  graph::EntityOptions options;
  if (!choice.rules.empty()) {
    CLEW_TRY(rules, graph::parse_rules(choice.rules));
    options.rules = rules;
  }
  options.with_coinjoins = choice.with_coinjoins;
  CLEW_CHECK(check_as_of(choice, snapshot.tip()));
  options.as_of_height = choice.as_of;
  options.coinjoins = {std::string(kCoinJoinVersion),
                       [judge](ledger::TxIndex tx) { return judge->is_coinjoin(tx); }};
  options.services = {version, [book] { return book->get().named; }};
  ProgressBar bar("joining addresses", "transactions");
  options.progress = [&bar](std::uint64_t done, std::uint64_t all) { bar.show(done, all); };
  auto notices = graph::idle_rules(options.rules);
  const auto directory = session.chain_path(std::string(snapshot.chain().chain));
  CLEW_TRY(entities, graph::Entities::open(snapshot, directory, options, notices));
  bar.finish();
  for (const auto& notice : notices)
    std::cerr << "clew: " << notice << '\n';

  Known known(std::move(snapshot), std::move(entities));
  known.judge_ = std::move(judge);
  known.store = store;
  known.labels_version = std::move(version);
  known.services_ = book;
  return known;
}

bool Known::CoinJoinJudge::is_coinjoin(ledger::TxIndex tx) {
  const auto verdict = recogniser.recognise(tx);
  return verdict && verdict->confidence >= kCoinJoinConfidence;
}

bool Known::is_coinjoin(ledger::TxIndex tx) const {
  return judge_->is_coinjoin(tx);
}

std::optional<graph::ServiceId> Known::own_service_of(ledger::AddressId id) const {
  const auto own = services().of_address.find(id);
  return own == services().of_address.end() ? std::nullopt : std::optional(own->second);
}

const Services& Known::services() const {
  return services_->get();
}

std::optional<graph::ServiceId> Known::service_of(ledger::AddressId id) const {
  if (id == ledger::kNoAddress) return std::nullopt;
  const auto& known = services();
  if (const auto own = known.of_address.find(id); own != known.of_address.end()) return own->second;
  auto& of_entity = services_->of_entity;
  if (!of_entity) {
    of_entity.emplace();
    for (const auto* addresses : {&known.named, &known.unnamed})
      for (const auto& [address, service] : *addresses)
        of_entity->emplace(entity_of(address), service);
  }
  const auto inherited = of_entity->find(entity_of(id));
  return inherited == of_entity->end() ? std::nullopt : std::optional(inherited->second);
}

Result<ledger::AddressId> Known::find_known(const std::string& text) const {
  CLEW_TRY(id, find_address(snapshot, text));
  if (const auto height = entities.basis().as_of_height; height && !entities.entity(id))
    return fail(ErrorKind::not_found, "address " + text + " does not appear in this ledger up to " +
                                          "height " + std::to_string(*height));
  return id;
}

Result<std::vector<labels::StoredLabel>> Known::labels_of(ledger::AddressId id) const {
  return store->of_address(snapshot.chain(), snapshot.address(id));
}

Result<std::vector<labels::StoredLabel>> Known::inherited_labels(ledger::AddressId entity) const {
  std::vector<labels::StoredLabel> found;
  if (entities.member_count(entity) <= kAskEachMax) {
    for (const auto member : entities.members(entity)) {
      CLEW_TRY(labels, labels_of(member));
      found.insert(found.end(), labels.begin(), labels.end());
    }
  } else {
    const auto visit = [&](const bitcoin::Address& address, const labels::StoredLabel& label) {
      const auto id = snapshot.find_address(address);
      if (id && entity_of(*id) == entity) found.push_back(label);
      return true;
    };
    CLEW_CHECK(store->for_each(snapshot.chain(), visit));
  }
  labels::rank(found);
  return found;
}

Result<void> check_as_of(const EntityChoice& choice, const std::optional<ledger::Tip>& tip) {
  if (!choice.as_of || (tip && *choice.as_of <= tip->height)) return {};
  return fail(ErrorKind::not_found, "--as-of " + std::to_string(*choice.as_of) +
                                        ": the newest block of this ledger is " +
                                        (tip ? std::to_string(tip->height) : std::string("none")));
}

Json basis_json(const graph::EntityBasis& basis) {
  return {{"rules", basis.rules.text()},
          {"with_coinjoins", basis.with_coinjoins},
          {"as_of", basis.as_of_height ? Json(*basis.as_of_height) : Json(nullptr)},
          {"looks_ahead", basis.rules.looks_ahead()},
          {"coinjoins", basis.coinjoins},
          {"labels", basis.services}};
}

}  // namespace clew::app
