#include "apps/clew/neighbours.h"

#include <algorithm>
#include <iostream>
#include <tuple>

#include "apps/clew/count_text.h"
#include "labels/printable.h"

namespace clew::app {
namespace {

// Each transaction costs the pairs of its inputs and outputs. One answer may cost so many, some
// seconds; a single transaction no more than keeps its rows in 150 MB.
constexpr std::uint64_t kPairsMax = 200'000'000;
constexpr std::uint64_t kPairsOfOneMax = 4'000'000;
// Movements read to learn which transactions there are.
constexpr std::uint64_t kMovementsMax = 10'000'000;
constexpr std::uint64_t kRatesBytesMax = 64u << 20;

Result<graph::Rates> read_rates(const std::string& path) {
  if (path.empty()) return graph::Rates();
  CLEW_TRY(size, real_files().size(path));
  if (size > kRatesBytesMax) return fail(ErrorKind::data, path + " is too large for rates");
  CLEW_TRY(bytes, real_files().read(path));
  auto rates = graph::Rates::parse_csv({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (!rates) return fail(std::move(rates).error().within(path));
  return rates;
}

struct Moves {
  std::vector<ledger::TxIndex> txs;  // in chain order
  bool cut = false;                  // there are more movements than the limit
};

// The transactions of addresses in the blocks up to a height.
Moves moves_of(const ledger::Snapshot& s, std::span<const ledger::AddressId> addresses,
               std::uint32_t height_max) {
  Moves moves;
  std::vector<std::pair<std::uint32_t, ledger::TxIndex>> found;
  std::uint64_t read = 0;
  for (const auto address : addresses) {
    if (s.history_size(address) > kMovementsMax - read) moves.cut = true;
    for (const auto& posting : s.history(address, 0, kMovementsMax - read)) {
      ++read;
      const auto height = s.height_of(s.block_of_tx(posting.tx));
      const std::pair at(height, posting.tx);
      if (height <= height_max && (found.empty() || found.back() != at)) found.push_back(at);
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  for (const auto& [height, tx] : found)
    moves.txs.push_back(tx);
  return moves;
}

// The largest first, at most `count` of them; ties by transactions, then by address.
void keep_largest(const ledger::Snapshot& s, std::uint64_t count, std::vector<Neighbour>& list) {
  const auto before = [&s](const Neighbour& a, const Neighbour& b) {
    const auto size = [](const Neighbour& n) { return std::tie(n.relation.value, n.relation.txs); };
    if (size(a) != size(b)) return size(a) > size(b);
    if (a.node == graph::kNewCoins || b.node == graph::kNewCoins) return a.node > b.node;
    return s.address(a.node) < s.address(b.node);
  };
  std::sort(list.begin(), list.end(), before);
  if (list.size() > count) list.resize(count);
}

Json relation_json(const Neighbours& all, const graph::Relation& relation) {
  Json document = {{"value", relation.is_known() ? Json(relation.value) : Json(nullptr)},
                   {"transactions", relation.txs},
                   {"unknown_transactions", relation.unknown_txs}};
  if (all.currencies.empty()) return document;
  document["worth"] = Json::object();
  for (std::size_t i = 0; i < all.currencies.size(); ++i) {
    const bool rated = relation.rated_txs(i) > 0;
    const bool kept = i < relation.worth.unrated.size();
    document["worth"][all.currencies[i]] = {
        {"cents", rated ? Json(relation.worth.cents[i]) : Json(nullptr)},
        {"unrated", kept ? relation.worth.unrated[i] : 0}};
  }
  return document;
}

// 1234567 as "12,345.67".
std::string cents_text(std::int64_t cents) {
  const auto part = std::to_string(cents % 100);
  return grouped(static_cast<std::uint64_t>(cents / 100)) + '.' + (part.size() < 2 ? "0" : "") +
         part;
}

std::string relation_text(const Known& known, const Neighbours& all,
                          const graph::Relation& relation) {
  auto text = relation.is_known() ? amount_text(relation.value, known.snapshot.chain())
                                  : std::string("unknown amount");
  if (relation.is_known() && relation.unknown_txs > 0) text = "at least " + text;
  text += " in " + counted(relation.txs, "transaction");
  if (relation.unknown_txs > 0) text += ", " + grouped(relation.unknown_txs) + " of unknown value";
  for (std::size_t i = 0; i < std::min(all.currencies.size(), relation.worth.cents.size()); ++i) {
    text +=
        ", worth " +
        (relation.rated_txs(i) > 0 ? cents_text(relation.worth.cents[i]) : std::string("unknown")) +
        ' ' + labels::printable(all.currencies[i]);
    if (relation.worth.unrated[i] > 0)
      text += " (" + grouped(relation.worth.unrated[i]) + " without a rate)";
  }
  return text;
}

Result<std::vector<labels::StoredLabel>> labels_of(const Known& known, const Neighbours& all,
                                                   graph::NodeId node) {
  if (node == graph::kNewCoins) return std::vector<labels::StoredLabel>();
  return all.entities ? known.inherited_labels(node) : known.labels_of(node);
}

Result<Json> list_json(const Known& known, const Neighbours& all,
                       const std::vector<Neighbour>& list) {
  auto documents = Json::array();
  for (const auto& one : list) {
    CLEW_TRY(labels, labels_of(known, all, one.node));
    const bool mined = one.node == graph::kNewCoins;
    Json document = {{all.entities ? "entity" : "address",
                      mined ? Json(nullptr) : Json(known.snapshot.address_text(one.node))},
                     {"new_coins", mined}};
    document.update(relation_json(all, one.relation));
    document["labels"] = labels_json(labels);
    documents.push_back(std::move(document));
  }
  return documents;
}

Result<void> print_list(const Known& known, const Neighbours& all, const char* title,
                        const std::vector<Neighbour>& list, std::uint64_t count) {
  std::cout << title
            << counted(count, all.entities ? "entity" : "address",
                       all.entities ? "entities" : "addresses")
            << '\n';
  for (const auto& one : list) {
    CLEW_TRY(labels, labels_of(known, all, one.node));
    std::cout << "  " << relation_text(known, all, one.relation) << "  "
              << (one.node == graph::kNewCoins ? "(new coins)"
                                               : known.snapshot.address_text(one.node))
              << '\n';
    if (!labels.empty()) std::cout << "      " << label_lines(labels).front() << '\n';
  }
  if (list.size() < count)
    std::cout << "  … and " << grouped(count - list.size()) << " more (--relations N)\n";
  return {};
}

}  // namespace

Result<Neighbours> find_neighbours(const Known& known, graph::NodeId subject, bool entities,
                                   std::span<const ledger::AddressId> addresses,
                                   const RelationOptions& options) {
  const auto& s = known.snapshot;
  CLEW_TRY(rates, read_rates(options.rates));
  Neighbours all;
  all.entities = entities;
  all.currencies = rates.currencies();
  graph::NodeOf node_of;
  if (entities) node_of = [&known](ledger::AddressId id) { return known.entity_of(id); };
  graph::RelationTables tables(std::move(rates), node_of, subject);
  const auto as_of = entities ? known.entities.basis().as_of_height : std::nullopt;
  const auto moves = moves_of(s, addresses, as_of.value_or(~std::uint32_t{0}));
  const graph::LedgerTxSource source(s);
  graph::PaymentTx tx;
  std::uint64_t pairs = 0;
  for (const auto index : moves.txs) {
    const auto row = s.tx(index);
    const std::uint64_t cost = std::uint64_t{row.input_count + 1} * (row.output_count + 1);
    if (cost > kPairsOfOneMax || cost > kPairsMax - pairs) {
      ++all.left_out;
      continue;
    }
    pairs += cost;
    source.load(index, tx);
    tables.add(tx);
    ++all.transactions;
  }
  all.cut = moves.cut;
  for (const auto& [ends, relation] : tables.relations()) {
    if (ends.first == ends.second)
      all.within = relation;
    else if (ends.first == subject)
      all.payees.push_back({ends.second, relation});
    else
      all.payers.push_back({ends.first, relation});
  }
  all.payer_count = all.payers.size();
  all.payee_count = all.payees.size();
  keep_largest(s, *options.count, all.payers);
  keep_largest(s, *options.count, all.payees);
  return all;
}

Result<Json> neighbours_json(const Known& known, const Neighbours& all) {
  CLEW_TRY(payers, list_json(known, all, all.payers));
  CLEW_TRY(payees, list_json(known, all, all.payees));
  return Json{{"payer_count", all.payer_count},
              {"payers", payers},
              {"payee_count", all.payee_count},
              {"payees", payees},
              {"within", all.within ? relation_json(all, *all.within) : Json(nullptr)},
              {"transactions", all.transactions},
              {"left_out", all.left_out},
              {"cut", all.cut}};
}

Result<void> print_neighbours(const Known& known, const Neighbours& all) {
  CLEW_CHECK(print_list(known, all, "paid by ", all.payers, all.payer_count));
  CLEW_CHECK(print_list(known, all, "paid to ", all.payees, all.payee_count));
  if (all.within) std::cout << "within itself  " << relation_text(known, all, *all.within) << '\n';
  if (all.left_out > 0)
    std::cout << counted(all.left_out, "transaction is", "transactions are")
              << " left out: too much work for one answer\n";
  if (all.cut)
    std::cout << "only the first " << grouped(kMovementsMax) << " movements are looked at\n";
  return {};
}

}  // namespace clew::app
