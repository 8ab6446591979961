// GraphSense's own UTXO case: ten transactions, and the tables its reference transformation makes
// of them, with and without CoinJoins. Every table is computed here by the product's code and
// compared row by row. Worths are compared in cents: the reference keeps sums of cents as 32-bit
// floating point (11.940001), this program as integers (1194). Where such a number put the
// reference itself a cent off, kRoundedOff says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "graph/entity_test_support.h"
#include "graph/relations.h"
#include "graph/union_forest.h"

namespace clew::graph::test {
namespace {

constexpr int kBucketSize = 2;    // of the case: ids of one group
constexpr int kPrefixLength = 5;  // of the case: characters by which addresses are looked up

// Files of a gzipped tar archive (POSIX ustar), by name without a leading "./".
std::map<std::string, std::string> untar(const std::string& archive) {
  std::map<std::string, std::string> files;
  for (std::size_t at = 0; at + 512 <= archive.size() && archive[at] != '\0';) {
    const std::string name = archive.substr(at, 100).c_str();
    const std::size_t size = std::stoul(archive.substr(at + 124, 12), nullptr, 8);
    files[name.starts_with("./") ? name.substr(2) : name] = archive.substr(at + 512, size);
    at += 512 + (size + 511) / 512 * 512;
  }
  return files;
}

std::vector<Json> json_lines(const std::string& text) {
  std::istringstream in(text);
  std::vector<Json> rows;
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) rows.push_back(Json::parse(line));
  return rows;
}

std::string date_of(std::int64_t time) {
  const std::time_t seconds = time;
  char text[11];
  std::strftime(text, sizeof text, "%Y-%m-%d", std::gmtime(&seconds));
  return text;
}

// Numbers with a fraction, and whole ones where the table says "fiatValues", become cents.
Json cents(const Json& values) {
  Json out = Json::array();
  for (const Json& value : values)
    out.push_back(std::llround(value.get<double>() * 100));
  return out;
}
Json amount(std::int64_t value, const Worth& worth) {
  Json sums = Json::array();
  for (std::size_t i = 0; i < 2; ++i)
    sums.push_back(i < worth.cents.size() ? worth.cents[i] : 0);
  return {{"value", value}, {"fiatValues", sums}};
}

// Amounts at 500 EUR whose exact worth is half a cent above a whole one, which both round up. But
// the reference multiplies in 32-bit floating point, whose numbers lie 64 apart there, and falls
// below the half.
constexpr std::int64_t kRoundedOff[] = {1325000, 1425000};  // satoshi; 662.5 and 712.5 cents
constexpr float kRoundedOffRate = 500;

std::int64_t reference_cents(std::int64_t value, float rate) {
  const float product = static_cast<float>(value) * rate;
  return static_cast<std::int64_t>(product / 1e6 + 0.5);
}

Json with_cents(Json row) {
  for (auto& [key, amount] : row.items()) {
    if (!amount.is_object() || !amount.contains("fiatValues")) continue;
    Json& worth = amount["fiatValues"];
    worth = cents(worth);
    const std::int64_t value = amount["value"];
    if (std::count(std::begin(kRoundedOff), std::end(kRoundedOff), value) &&
        worth[0] == reference_cents(value, kRoundedOffRate))
      worth[0] = worth[0].get<std::int64_t>() + 1;
  }
  return row;
}

struct Transaction {
  PaymentTx payment;
  bool coinjoin = false;
};

class GraphSense : public testing::Test {
 protected:
  void SetUp() override {
    CLEW_NEED_DATA();
    files_ = untar(gunzip(data_dir() + "/bitcoin/graphsense_utxo.tar.gz"));
    ASSERT_EQ(files_.size(), 25u + 1);
    read_rates();
    read_transactions();
  }

  void read_rates() {
    for (const Json& day : json_lines(files_.at("test_exchange_rates.json")))
      for (const auto& [currency, rate] : day.at("fiatValues").items())
        ASSERT_TRUE(rates_.add(day.at("date").get<std::string>(), currency, rate.dump()));
    ASSERT_THAT(rates_.currencies(), testing::ElementsAre("EUR", "USD"));
  }

  // Ids as the case numbers them: the coinbase is 0, then in order of first payment.
  void read_transactions() {
    const auto rows = json_lines(files_.at("test_txs.json"));
    names_.push_back("coinbase");
    for (const Json& row : rows)
      for (const Json& output : row.at("outputs"))
        if (output.at("address").size() == 1) {
          const auto name = output.at("address")[0].get<std::string>();
          if (std::find(names_.begin(), names_.end(), name) == names_.end()) names_.push_back(name);
        }
    for (const Json& row : rows) {
      Transaction tx;
      tx.payment.tx = row.at("txId");
      tx.payment.height = row.at("blockId");
      tx.payment.time = row.at("timestamp");
      tx.coinjoin = row.at("coinjoin");
      for (const Json& input : row.at("inputs"))
        tx.payment.inputs.push_back(party(input));
      for (const Json& output : row.at("outputs"))
        tx.payment.outputs.push_back(party(output));
      if (row.at("coinbase")) tx.payment.inputs = {{0, row.at("totalOutput").get<std::int64_t>()}};
      txs_.push_back(tx);
    }
  }
  Party party(const Json& row) const {
    const auto& addresses = row.at("address");
    if (addresses.size() != 1) return {ledger::kNoAddress, row.at("value").get<std::int64_t>()};
    const auto at = std::find(names_.begin(), names_.end(), addresses[0].get<std::string>());
    return {static_cast<AddressId>(at - names_.begin()), row.at("value").get<std::int64_t>()};
  }

  // By co-spending; an entity's number is its smallest address.
  std::vector<NodeId> clusters(bool with_coinjoins) const {
    const auto count = static_cast<std::uint32_t>(names_.size());
    UnionForest forest = std::move(UnionForest::create(count).value());
    std::vector<Participant> rows;
    for (const Transaction& tx : txs_)
      if (with_coinjoins || !tx.coinjoin)
        for (const Party& input : tx.payment.inputs)
          if (input.address != ledger::kNoAddress)
            rows.push_back({static_cast<std::uint32_t>(tx.payment.tx), input.address});
    forest.join_runs(rows, 0, 0);
    std::vector<NodeId> nodes(count, ~NodeId{0});
    for (AddressId id = 0; id < count; ++id) {
      NodeId& name = nodes[forest.find(id)];
      name = std::min(name, id);
    }
    std::vector<NodeId> named(count);
    for (AddressId id = 0; id < count; ++id)
      named[id] = nodes[forest.find(id)];
    return named;
  }
  static NodeOf mapping(std::vector<NodeId> nodes) {
    return [nodes = std::move(nodes)](AddressId id) { return nodes.at(id); };
  }

  // Compares with a reference table, whatever the order of the rows.
  void expect_table(const std::string& name, std::vector<Json> rows,
                    const std::vector<std::string>& columns = {}) const {
    std::vector<Json> expected;
    for (Json row : json_lines(files_.at("reference/" + name + ".json"))) {
      row = with_cents(std::move(row));
      if (!columns.empty()) {
        Json chosen;
        for (const std::string& column : columns)
          chosen[column] = row.at(column);
        row = std::move(chosen);
      }
      expected.push_back(std::move(row));
    }
    std::sort(expected.begin(), expected.end());
    std::sort(rows.begin(), rows.end());
    EXPECT_EQ(rows.size(), expected.size()) << name;
    for (std::size_t i = 0; i < std::min(rows.size(), expected.size()); ++i)
      EXPECT_EQ(rows[i].dump(), expected[i].dump()) << name << " row " << i;
  }

  // A row for every transaction and node in it, of one sign or of both.
  enum class Sign { both, losses, gains };
  std::vector<Json> movements(const NodeOf& node_of, const std::string& node_name,
                              Sign sign) const {
    std::vector<Json> rows;
    for (const Transaction& tx : txs_) {
      for (const NetRow& net : net_by_node(net_by_address(tx.payment), node_of)) {
        if (sign == Sign::losses ? !net.pays() : sign == Sign::gains ? !net.receives() : false)
          continue;
        rows.push_back({{"value", sign == Sign::losses ? -net.value : net.value},
                        {"blockId", tx.payment.height},
                        {"txId", tx.payment.tx},
                        {node_name + "IdGroup", net.node / kBucketSize},
                        {node_name + "Id", net.node},
                        {"isOutgoing", net.pays()}});
      }
    }
    return rows;
  }
  static Json basic(const std::string& node_name, NodeId node, const Statistics& s) {
    return {{node_name + "Id", node},
            {"firstTxId", s.first_tx},
            {"lastTxId", s.last_tx},
            {"noIncomingTxs", s.incoming_txs},
            {"totalReceived", amount(s.received, s.received_worth)},
            {"noOutgoingTxs", s.outgoing_txs},
            {"totalSpent", amount(s.spent, s.spent_worth)}};
  }
  RelationTables address_tables() const {
    RelationTables tables(rates_);
    for (const Transaction& tx : txs_)
      tables.add(tx.payment);
    return tables;
  }
  // As the case does it: movements by the entities with CoinJoins, relations by those without.
  RelationTables cluster_tables() const {
    const NodeOf with = mapping(clusters(true)), without = mapping(clusters(false));
    RelationTables tables(rates_);
    for (const Transaction& tx : txs_) {
      const auto net = net_by_address(tx.payment);
      tables.add_net(tx.payment, net_by_node(net, with));
      tables.add_shares(tx.payment, shares_by_node(shares_by_address(tx.payment, net), without));
    }
    return tables;
  }

  std::map<std::string, std::string> files_;
  Rates rates_;
  std::vector<std::string> names_;  // by id
  std::vector<Transaction> txs_;
};

TEST_F(GraphSense, regular_inputs_and_outputs) {
  std::vector<Json> inputs, outputs;
  for (const auto& [tx, coinjoin] : txs_) {
    PaymentTx spending = tx, paying = tx;
    spending.outputs.clear();
    const auto row = [&](AddressId address, std::int64_t value) -> Json {
      return {{"address", names_.at(address)},
              {"value", value},
              {"blockId", tx.height},
              {"txId", tx.tx},
              {"timestamp", tx.time},
              {"coinJoin", coinjoin},
              {"addressPrefix", names_.at(address).substr(0, kPrefixLength)}};
    };
    for (const NetRow& net : net_by_address(spending))
      inputs.push_back(row(net.node, -net.value));
    for (std::size_t n = 0; n < tx.outputs.size(); ++n) {
      if (tx.outputs[n].address == ledger::kNoAddress) continue;
      outputs.push_back(row(tx.outputs[n].address, *tx.outputs[n].value));
      outputs.back()["n"] = n;
    }
  }
  expect_table("regular_inputs", inputs);
  expect_table("regular_outputs", outputs);
}

TEST_F(GraphSense, address_ids_and_prefixes) {
  std::vector<Json> ids, prefixes;
  for (std::size_t id = 0; id < names_.size(); ++id) {
    ids.push_back({{"addressId", id}, {"address", names_[id]}});
    prefixes.push_back({{"addressPrefix", names_[id].substr(0, kPrefixLength)},
                        {"address", names_[id]},
                        {"addressId", id}});
  }
  expect_table("address_ids", ids);
  expect_table("address_by_address_prefix", prefixes);
}

TEST_F(GraphSense, address_transactions) {
  expect_table("address_txs", movements({}, "address", Sign::both));
  expect_table("inputs", movements({}, "address", Sign::losses));
  expect_table("outputs", movements({}, "address", Sign::gains));
}

TEST_F(GraphSense, rounds_where_the_reference_is_off) {
  for (const std::int64_t value : kRoundedOff) {
    const std::int64_t exact_times_two = value * 2 * static_cast<std::int64_t>(kRoundedOffRate);
    EXPECT_EQ(exact_times_two % 2'000'000, 1'000'000) << "no half";
    EXPECT_EQ(reference_cents(value, kRoundedOffRate), exact_times_two / 2'000'000);
  }
}

TEST_F(GraphSense, addresses) {
  const auto without = clusters(false);
  std::vector<Json> plain, full;
  for (const auto& [node, s] : address_tables().statistics()) {
    plain.push_back(basic("address", node, s));
    Json row = plain.back();
    row.update({{"addressIdGroup", node / kBucketSize},
                {"address", names_.at(node)},
                {"clusterId", without.at(node)},
                {"inDegree", s.in_degree},
                {"outDegree", s.out_degree}});
    full.push_back(row);
  }
  expect_table("basic_addresses", plain);
  expect_table("addresses", full);
}

TEST_F(GraphSense, address_relations) {
  const RelationTables tables = address_tables();
  std::vector<Json> rows;
  for (const auto& [ends, relation] : tables.relations())
    rows.push_back({{"srcAddressIdGroup", ends.first / kBucketSize},
                    {"srcAddressId", ends.first},
                    {"dstAddressIdGroup", ends.second / kBucketSize},
                    {"dstAddressId", ends.second},
                    {"noTransactions", relation.txs},
                    {"estimatedValue", amount(relation.value, relation.worth)}});
  expect_table("address_relations", rows);
}

TEST_F(GraphSense, clusters_with_and_without_coinjoins) {
  for (const bool with_coinjoins : {false, true}) {
    const auto nodes = clusters(with_coinjoins);
    std::vector<Json> by_address, by_cluster;
    for (std::size_t id = 0; id < nodes.size(); ++id) {
      by_address.push_back({{"addressId", id}, {"clusterId", nodes[id]}});
      by_cluster.push_back({{"clusterIdGroup", nodes[id] / kBucketSize},
                            {"clusterId", nodes[id]},
                            {"addressId", id}});
    }
    // The files hold more columns, which the reference does not read; a group in them is wrong.
    expect_table(with_coinjoins ? "address_cluster_with_coinjoin" : "address_cluster", by_address,
                 {"addressId", "clusterId"});
    if (with_coinjoins)
      expect_table("cluster_addresses", by_cluster, {"clusterIdGroup", "clusterId", "addressId"});
  }
}

TEST_F(GraphSense, cluster_transactions) {
  const NodeOf with = mapping(clusters(true));
  expect_table("cluster_txs", movements(with, "cluster", Sign::both));
  expect_table("cluster_inputs", movements(with, "cluster", Sign::losses));
  expect_table("cluster_outputs", movements(with, "cluster", Sign::gains));
}

TEST_F(GraphSense, clusters) {
  std::map<NodeId, std::uint64_t> sizes;
  for (const NodeId node : clusters(true))
    ++sizes[node];
  std::vector<Json> plain, full;
  for (const auto& [node, s] : cluster_tables().statistics()) {
    plain.push_back(basic("cluster", node, s));
    plain.back()["noAddresses"] = sizes.at(node);
    Json row = plain.back();
    row.update({{"clusterIdGroup", node / kBucketSize},
                {"totalReceivedAdj", amount(s.received_adjusted, s.received_adjusted_worth)},
                {"totalSpentAdj", amount(s.spent_adjusted, s.spent_adjusted_worth)},
                {"inDegree", s.in_degree},
                {"outDegree", s.out_degree}});
    full.push_back(row);
  }
  expect_table("basic_cluster", plain);
  expect_table("cluster", full);
}

TEST_F(GraphSense, cluster_relations) {
  const NodeOf without = mapping(clusters(false));
  std::vector<Json> plain, rows;
  for (const Transaction& tx : txs_)
    for (const ShareRow& share :
         shares_by_node(shares_by_address(tx.payment, net_by_address(tx.payment)), without))
      plain.push_back({{"txId", tx.payment.tx},
                       {"srcClusterId", share.from},
                       {"dstClusterId", share.to},
                       {"estimatedValue", share.value.value()},
                       {"blockId", tx.payment.height}});
  const RelationTables tables = cluster_tables();
  for (const auto& [ends, relation] : tables.relations()) {
    ASSERT_NE(ends.first, ends.second);
    rows.push_back({{"srcClusterIdGroup", ends.first / kBucketSize},
                    {"srcClusterId", ends.first},
                    {"dstClusterIdGroup", ends.second / kBucketSize},
                    {"dstClusterId", ends.second},
                    {"noTransactions", relation.txs},
                    {"estimatedValue", amount(relation.value, relation.worth)},
                    {"estimatedValueAdj", amount(relation.value, relation.worth)}});
  }
  expect_table("plain_cluster_relations", plain);
  expect_table("cluster_relations", rows);
}

TEST_F(GraphSense, summary) {
  const auto blocks = json_lines(files_.at("test_blocks.json"));
  const RelationTables by_address = address_tables(), by_cluster = cluster_tables();
  // The case takes the time of the last block but one.
  const std::int64_t time = blocks.at(blocks.size() - 2).at("timestamp");
  EXPECT_EQ(date_of(time), "2009-01-10");
  expect_table("summary_statistics", {{{"id", 0},
                                       {"timestamp", time},
                                       {"timestampTransform", time},
                                       {"noBlocks", blocks.size()},
                                       {"noBlocksTransform", blocks.size()},
                                       {"noTransactions", txs_.size()},
                                       {"noAddresses", by_address.statistics().size()},
                                       {"noAddressRelations", by_address.relations().size()},
                                       {"noClusters", by_cluster.statistics().size()},
                                       {"noClusterRelations", by_cluster.relations().size()}}});
}

}  // namespace
}  // namespace clew::graph::test
