#include "graph/relations.h"

#include <algorithm>

#include "graph/amount_sum.h"

namespace clew::graph {

namespace {

void add_worth(Worth& sum, const Worth& more) {
  sum.cents.resize(std::max(sum.cents.size(), more.cents.size()));
  sum.unrated.resize(sum.cents.size());
  for (std::size_t i = 0; i < more.cents.size(); ++i) {
    sum.unrated[i] += more.unrated[i];
    add_to(sum.cents[i], more.cents[i]);
  }
}

// Merges rows of one node.
std::vector<NetRow> merged(std::vector<NetRow> rows) {
  std::sort(rows.begin(), rows.end(),
            [](const NetRow& a, const NetRow& b) { return a.node < b.node; });
  std::vector<NetRow> out;
  for (const NetRow& row : rows) {
    if (out.empty() || out.back().node != row.node) {
      out.push_back(row);
      continue;
    }
    add_to(out.back().value, row.value);
    out.back().unknown_loss |= row.unknown_loss;
  }
  return out;
}

// in * out / total, halves rounded up; all are positive, and in <= total.
std::int64_t share(std::int64_t in, std::int64_t out, std::int64_t total) {
  using Wide = __int128;
  return static_cast<std::int64_t>((Wide{2} * in * out + total) / (Wide{2} * total));
}

// The input that is shared out: of every address what it loses, and whole what has no address.
// Nothing if a value is unknown.
std::optional<std::int64_t> shared_input(const PaymentTx& tx, std::span<const NetRow> net) {
  std::int64_t total = 0;
  for (const Party& input : tx.inputs) {
    if (!input.value) return std::nullopt;
    if (input.address == ledger::kNoAddress) add_to(total, *input.value);
  }
  for (const NetRow& row : net)
    if (row.value < 0) add_to(total, -row.value);
  return total;
}

}  // namespace

std::vector<NetRow> net_by_address(const PaymentTx& tx) {
  std::vector<NetRow> rows;
  for (const Party& input : tx.inputs)
    if (input.address != ledger::kNoAddress)
      rows.push_back({input.address, -input.value.value_or(0), !input.value});
  for (const Party& output : tx.outputs)
    if (output.address != ledger::kNoAddress && output.value)
      rows.push_back({output.address, *output.value, false});
  return merged(std::move(rows));
}

std::vector<NetRow> net_by_node(std::span<const NetRow> rows, const NodeOf& node_of) {
  std::vector<NetRow> nodes(rows.begin(), rows.end());
  if (!node_of) return nodes;
  for (NetRow& row : nodes)
    row.node = node_of(row.node);
  return merged(std::move(nodes));
}

std::vector<ShareRow> shares_by_address(const PaymentTx& tx, std::span<const NetRow> net) {
  const auto total = shared_input(tx, net);
  std::vector<ShareRow> shares;
  for (const NetRow& from : net) {
    if (!from.pays()) continue;
    for (const NetRow& to : net) {
      if (!to.receives()) continue;
      shares.push_back({from.node, to.node, std::nullopt});
      if (total && *total > 0) shares.back().value = share(-from.value, to.value, *total);
    }
  }
  return shares;
}

std::vector<ShareRow> shares_by_node(std::span<const ShareRow> rows, const NodeOf& node_of) {
  std::vector<ShareRow> nodes(rows.begin(), rows.end());
  if (!node_of) return nodes;
  for (ShareRow& row : nodes)
    row = {node_of(row.from), node_of(row.to), row.value};
  std::sort(nodes.begin(), nodes.end(), [](const ShareRow& a, const ShareRow& b) {
    return std::pair(a.from, a.to) < std::pair(b.from, b.to);
  });
  std::vector<ShareRow> out;
  for (const ShareRow& row : nodes) {
    if (out.empty() || out.back().from != row.from || out.back().to != row.to)
      out.push_back(row);
    else if (out.back().value && row.value)
      add_to(*out.back().value, *row.value);
  }
  return out;
}

void RelationTables::add(const PaymentTx& tx) {
  const std::vector<NetRow> net = net_by_address(tx);
  add_net(tx, net_by_node(net, node_of_));
  add_shares(tx, shares_by_node(shares_by_address(tx, net), node_of_));
}

void RelationTables::add_net(const PaymentTx& tx, std::span<const NetRow> rows) {
  for (const NetRow& row : rows) {
    if (!wanted(row.node)) continue;
    Statistics& node = statistics_[row.node];
    node.first_tx = std::min(node.first_tx, tx.tx);
    node.last_tx = std::max(node.last_tx, tx.tx);
    if (row.unknown_loss) {
      ++node.outgoing_txs;
      ++node.unknown_spent;
    } else if (row.value < 0) {
      ++node.outgoing_txs;
      add_to(node.spent, -row.value);
      node.spent_worth.add(rates_, -row.value, tx.time);
    } else if (row.value > 0) {
      ++node.incoming_txs;
      add_to(node.received, row.value);
      node.received_worth.add(rates_, row.value, tx.time);
    }
  }
}

void RelationTables::add_shares(const PaymentTx& tx, std::span<const ShareRow> rows) {
  for (const ShareRow& row : rows) {
    if (!wanted(row.from) && !wanted(row.to)) continue;
    Relation& relation = relations_[{row.from, row.to}];
    ++relation.txs;
    if (!row.value) {
      ++relation.unknown_txs;
      continue;
    }
    add_to(relation.value, *row.value);
    relation.worth.add(rates_, *row.value, tx.time);
  }
}

std::map<NodeId, Statistics> RelationTables::statistics() const {
  std::map<NodeId, Statistics> all = statistics_;
  for (const auto& [ends, relation] : relations_) {
    const auto& [from, to] = ends;
    const auto payer = all.find(from), receiver = all.find(to);
    if (payer != all.end()) {
      ++payer->second.out_degree;
      if (from != to) {
        add_to(payer->second.spent_adjusted, relation.value);
        add_worth(payer->second.spent_adjusted_worth, relation.worth);
      }
    }
    if (receiver != all.end()) {
      ++receiver->second.in_degree;
      if (from != to) {
        add_to(receiver->second.received_adjusted, relation.value);
        add_worth(receiver->second.received_adjusted_worth, relation.worth);
      }
    }
  }
  return all;
}

}  // namespace clew::graph
