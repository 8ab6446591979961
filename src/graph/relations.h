// Who paid whom: statistics of addresses or entities and the relations between them, with the
// definitions of GraphSense (docs/entities.md). A transaction counts for an address with what the
// address gains or loses in it; what it pays to a receiver is estimated by its share of the input.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "graph/rates.h"
#include "graph/tx_source.h"

namespace clew::graph {

// An address or an entity, by the id of its name; or kNewCoins.
using NodeId = AddressId;
using NodeOf = std::function<NodeId(AddressId)>;  // empty: every address for itself

// What a node gains (positive) or loses in one transaction.
struct NetRow {
  NodeId node = 0;
  std::int64_t value = 0;     // satoshi
  bool unknown_loss = false;  // it spends an input of unknown value; `value` leaves that out

  bool pays() const { return value < 0 || unknown_loss; }
  bool receives() const { return value > 0 && !unknown_loss; }
};

// What one node pays another in one transaction: its share of the total input, of that output,
// halves rounded up. Nothing if an input's value is unknown.
struct ShareRow {
  NodeId from = 0, to = 0;
  std::optional<std::int64_t> value;  // satoshi
};

// The rows of one transaction, by address; then the same by node. Sorted, a row each.
std::vector<NetRow> net_by_address(const PaymentTx& tx);
std::vector<NetRow> net_by_node(std::span<const NetRow> rows, const NodeOf& node_of);
std::vector<ShareRow> shares_by_address(const PaymentTx& tx, std::span<const NetRow> net);
std::vector<ShareRow> shares_by_node(std::span<const ShareRow> rows, const NodeOf& node_of);

struct Statistics {
  std::uint64_t first_tx = ledger::kNone, last_tx = 0;  // numbers of the source
  std::uint64_t incoming_txs = 0, outgoing_txs = 0;
  std::int64_t received = 0, spent = 0;  // satoshi
  std::uint64_t unknown_spent = 0;       // outgoing transactions whose loss is not known
  Worth received_worth, spent_worth;
  // What came from and went to other nodes by estimate, without what stayed within.
  std::int64_t received_adjusted = 0, spent_adjusted = 0;  // satoshi
  Worth received_adjusted_worth, spent_adjusted_worth;
  std::uint64_t in_degree = 0, out_degree = 0;  // relations, one with itself included
};

struct Relation {
  std::uint64_t txs = 0;
  std::int64_t value = 0;         // satoshi, estimated
  std::uint64_t unknown_txs = 0;  // of the transactions: not part of `value`
  Worth worth;

  // Whether `value` is of any transaction.
  bool is_known() const { return unknown_txs < txs; }
  // How many the worth in the currency of that number is of.
  std::uint64_t rated_txs(std::size_t currency) const {
    if (currency >= worth.unrated.size()) return 0;
    return txs - unknown_txs - worth.unrated[currency];
  }
};

// Adds up transactions, each given once, in any order.
class RelationTables {
 public:
  // `only`: keeps the statistics of that node, and the relations that it has a part in.
  explicit RelationTables(Rates rates = {}, NodeOf node_of = {},
                          std::optional<NodeId> only = std::nullopt)
      : rates_(std::move(rates)), node_of_(std::move(node_of)), only_(only) {}

  void add(const PaymentTx& tx);
  // The steps of add(), for rows that were grouped elsewhere.
  void add_net(const PaymentTx& tx, std::span<const NetRow> rows);
  void add_shares(const PaymentTx& tx, std::span<const ShareRow> rows);

  // By node; the adjusted sums and the degrees are filled in from the relations.
  std::map<NodeId, Statistics> statistics() const;
  const std::map<std::pair<NodeId, NodeId>, Relation>& relations() const { return relations_; }

 private:
  bool wanted(NodeId node) const { return !only_ || *only_ == node; }

  Rates rates_;
  NodeOf node_of_;
  std::optional<NodeId> only_;
  std::map<NodeId, Statistics> statistics_;
  std::map<std::pair<NodeId, NodeId>, Relation> relations_;  // by payer, then receiver
};

}  // namespace clew::graph
