// Traces in simulated worlds find where the loot went, to the last unit.
#include <gtest/gtest.h>

#include "chain/evm/account_block.h"
#include "graph/account/trace.h"
#include "ingest/simulate/ethereum/world_test_support.h"
#include "ledger/account/writer.h"

namespace clew::account {
namespace {

using nlohmann::json;
using simulate::ethereum::test::MadeWorld;
using simulate::ethereum::test::make_world;

constexpr TaintPolicy kPolicies[] = {TaintPolicy::poison, TaintPolicy::haircut, TaintPolicy::fifo,
                                     TaintPolicy::lifo};

// Amounts by address and asset, or by asset alone.
using Amounts = std::map<std::pair<std::string, std::string>, U256>;

void add(Amounts& amounts, const std::string& address, const std::string& asset,
         const U256& value) {
  if (value.is_zero()) return;
  auto& sum = amounts[{address, asset}];
  sum = U256::wrapping_add(sum, value);
}
U256 amount_of(const json& text) {
  return *U256::from_decimal(text.get<std::string>());
}

// A world's best chain as a ledger, from a block on.
Snapshot ledger_of(const MadeWorld& world, std::uint64_t from = 0) {
  const auto directory = "ledger from " + std::to_string(from);
  auto writer = Writer::open(directory, "evm:1", {}, *world.files);
  EXPECT_TRUE(writer) << writer.error().message;
  const evm::TransferReader reader(evm::chain_params(1));
  evm::BlockDecoder decoder;
  for (const auto& entry : world.store->chain()) {
    if (entry.number < from) continue;
    simulate::ethereum::StoredBlock stored;
    evm::Block block;
    evm::Receipts receipts;
    EXPECT_TRUE(world.store->read(entry, stored) && decoder.decode(stored.raw, block));
    for (const auto raw : stored.receipts)
      EXPECT_TRUE(evm::append_receipt(raw, receipts));
    evm::TransferNotes notes;
    const auto made = evm::account_block(
        {.block = block, .senders = stored.senders, .receipts = receipts, .calls = &stored.calls},
        reader, stored.raw.size(), notes);
    EXPECT_TRUE(made && writer->append(*made)) << entry.number;
  }
  EXPECT_TRUE(writer->commit());
  auto snapshot = Snapshot::open(directory, *world.files);
  EXPECT_TRUE(snapshot) << snapshot.error().message;
  return std::move(*snapshot);
}

// The world seen through a ledger: what is public, what the truth says, what a trace finds.
class Case {
 public:
  explicit Case(const MadeWorld& world, std::uint64_t from = 0)
      : world_(world), snapshot_(ledger_of(world, from)) {
    read_labels();
    if (from == 0) read_opening();
  }
  const Snapshot& snapshot() const { return snapshot_; }

  std::vector<json> trails() const {
    std::vector<json> trails;
    const auto all = world_.json("world.json");
    for (const char* kind : {"thefts", "scams"})
      for (const auto& trail : all.at(kind))
        trails.push_back(world_.json(trail.at("truth").get<std::string>()));
    return trails;
  }
  std::vector<TraceOrigin> origins(const json& trail) const {
    std::vector<TraceOrigin> origins;
    for (const auto& move : trail.at("origins")) {
      const auto transfer = find(move);
      EXPECT_TRUE(transfer) << move.dump();
      if (transfer) origins.push_back({*transfer});
    }
    return origins;
  }
  TraceOptions options(TaintPolicy policy) const {
    TraceOptions options;
    options.policy = policy;
    options.edges_max = 10'000'000;
    options.postings_max = 10'000'000;
    options.stop = [this](AddressId id) {
      const auto found = stops_.find(id);
      return found == stops_.end() ? std::nullopt : std::optional(found->second);
    };
    options.opening = [this](AddressId address, AssetId asset) -> std::optional<U256> {
      const auto found = opening_.find({address, asset});
      return found == opening_.end() ? std::nullopt : std::optional(found->second);
    };
    return options;
  }

  std::string address_text(AddressId id) const {
    return id == kNoAddress ? "" : evm::to_text(snapshot_.address(id));
  }
  std::string asset_text(AssetId id) const {
    const auto asset = snapshot_.asset(id);
    auto text = asset.is_native() ? "ETH" : evm::to_text(asset.contract);
    return asset.token_id.is_zero() ? text : text + "/" + asset.token_id.to_decimal();
  }

  // What ended for a reason, by address and asset.
  Amounts found(const TraceResult& result, TraceEnd reason) const {
    Amounts amounts;
    for (const auto& end : result.ends)
      if (end.reason == reason)
        add(amounts, address_text(end.addresses.empty() ? kNoAddress : end.addresses[0]),
            asset_text(end.asset), end.amount);
    return amounts;
  }
  Amounts found_by_asset(const TraceResult& result, TraceEnd reason) const {
    Amounts amounts;
    for (const auto& asset : result.assets)
      add(amounts, "", asset_text(asset.asset), asset.by_reason[static_cast<std::size_t>(reason)]);
    return amounts;
  }

 private:
  std::optional<AddressId> address(const std::string& text) const {
    chain::Account account;
    if (!hex_into(std::string_view(text).substr(2), account.data())) return std::nullopt;
    return snapshot_.find_address(account);
  }
  // The lines "- address: 0x…" and "category: …" of the public labels of services.
  void read_labels() {
    std::istringstream lines(world_.text("labels/services.tagpack.yaml"));
    std::optional<AddressId> id;
    for (std::string line; std::getline(lines, line);) {
      const std::string address_key = "- address: ", category_key = "  category: ";
      if (line.starts_with(address_key)) id = address(line.substr(address_key.size()));
      if (!line.starts_with(category_key) || !id) continue;
      const bool mixer = line.substr(category_key.size()) == "mixing_service";
      stops_[*id] = {mixer ? TraceEnd::mixer : TraceEnd::service, *id};
    }
    EXPECT_FALSE(stops_.empty());
  }
  void read_opening() {
    for (const auto& row : world_.table("truth/opening.csv")) {
      const auto who = address(row[0]);
      for (AssetId asset = 0; who && asset < snapshot_.asset_count(); ++asset)
        if (asset_text(asset) == row[1]) opening_[{*who, asset}] = *U256::from_decimal(row[2]);
    }
  }
  std::optional<TransferId> find(const json& move) const {
    Hash256 hash;
    const auto text = move.at("tx").get<std::string>();
    if (!hex_into(std::string_view(text).substr(2), hash.data())) return std::nullopt;
    const auto tx = snapshot_.find_tx(hash);
    if (!tx) return std::nullopt;
    const auto row = snapshot_.tx(*tx);
    for (std::uint32_t i = 0; i < row.transfer_count; ++i) {
      const auto transfer = snapshot_.transfer(row.first_transfer + i);
      if (transfer.kind != chain::TransferKind::fee &&
          transfer.place == move.at("place").get<std::uint32_t>() &&
          asset_text(transfer.asset) == move.at("asset").get<std::string>() &&
          address_text(transfer.to) == move.at("to").get<std::string>() &&
          transfer.value == amount_of(move.at("value")))
        return transfer.id;
    }
    return std::nullopt;
  }

  const MadeWorld& world_;
  Snapshot snapshot_;
  std::map<AddressId, TraceStop> stops_;
  std::map<std::pair<AddressId, AssetId>, U256> opening_;
};

// What the trail gave for other assets in all, by asset. The truth lists a router's steps, of which
// a trace sees what goes in and what comes out.
Amounts given_of(const json& swaps) {
  Amounts amounts;
  std::set<std::pair<std::string, std::string>> between;
  for (const auto& swap : swaps) {
    const auto tx = swap.at("tx").get<std::string>();
    const auto from = swap.at("from_asset").get<std::string>();
    if (!between.contains({tx, from})) add(amounts, "", from, amount_of(swap.at("from_amount")));
    between.insert({tx, swap.at("to_asset").get<std::string>()});
  }
  return amounts;
}

// The amounts of a list of the truth.
Amounts truth_of(const json& list, const char* address_key, const char* asset_key,
                 const char* amount_key) {
  Amounts amounts;
  for (const auto& row : list)
    add(amounts, address_key == nullptr ? "" : row.at(address_key).get<std::string>(),
        row.at(asset_key).get<std::string>(), amount_of(row.at(amount_key)));
  return amounts;
}

void expect_identity(const TraceResult& result) {
  for (const auto& asset : result.assets) {
    U256 sum;
    for (const auto& amount : asset.by_reason)
      sum = U256::wrapping_add(sum, amount);
    EXPECT_EQ(sum, U256::wrapping_add(asset.started, asset.swapped_in));
    EXPECT_EQ(U256::wrapping_add(asset.tainted_started, asset.joined), asset.tainted_ended);
  }
}

void fifo_finds_every_end_point_with_its_amount(const Case& seen) {
  const auto trails = seen.trails();
  ASSERT_FALSE(trails.empty());
  for (const auto& trail : trails) {
    SCOPED_TRACE(trail.at("name").get<std::string>());
    const auto result =
        trace(seen.snapshot(), seen.origins(trail), seen.options(TaintPolicy::fifo));
    ASSERT_TRUE(result) << result.error().message;
    expect_identity(*result);
    EXPECT_EQ(seen.found(*result, TraceEnd::service),
              truth_of(trail.at("services"), "address", "asset", "amount"));
    EXPECT_EQ(seen.found(*result, TraceEnd::mixer),
              truth_of(trail.at("mixed"), "to", "asset", "loot"));
    auto resting = truth_of(trail.at("dormant"), "address", "asset", "amount");
    for (const auto& [where, amount] : truth_of(trail.at("pooled"), "to", "asset", "loot"))
      add(resting, where.first, where.second, amount);
    EXPECT_EQ(seen.found(*result, TraceEnd::held), resting);
    EXPECT_EQ(seen.found_by_asset(*result, TraceEnd::swapped), given_of(trail.at("swaps")));
    Amounts fees;
    for (const auto& [asset, amount] : trail.at("fees").items())
      add(fees, "", asset, amount_of(amount));
    EXPECT_EQ(seen.found_by_asset(*result, TraceEnd::fee), fees);
  }
}

void value_is_conserved_under_every_policy_both_ways(const Case& seen) {
  for (const auto& trail : seen.trails())
    for (const auto policy : kPolicies)
      for (const auto direction : {TraceDirection::forward, TraceDirection::backward}) {
        auto options = seen.options(policy);
        options.direction = direction;
        const auto result = trace(seen.snapshot(), seen.origins(trail), options);
        ASSERT_TRUE(result) << result.error().message;
        expect_identity(*result);
      }
}

// From any of the places that the loot reached, the way back leads to where it was stolen.
void backward_from_an_arrival_leads_to_the_theft(const Case& seen) {
  const auto trail = seen.trails().front();
  const auto theft = seen.origins(trail);
  auto options = seen.options(TaintPolicy::fifo);
  options.direction = TraceDirection::backward;
  options.keep_transfers = true;
  std::size_t unswapped = 0;
  for (const auto& service : trail.at("services")) {
    const auto& arrivals = service.at("arrivals");
    const json arrival = {{"origins", json::array({arrivals.at(0)})}};
    const auto result = trace(seen.snapshot(), seen.origins(arrival), options);
    ASSERT_TRUE(result) << result.error().message;
    U256 stolen, loot;
    for (const auto& touched : result->transfers_kept)
      for (const auto& origin : theft)
        if (touched.hop.kind == TraceHopKind::transfer && touched.hop.transfer == origin.transfer)
          stolen = U256::wrapping_add(stolen, touched.hop.amount);
    EXPECT_FALSE(stolen.is_zero()) << service.dump();
    // FIFO backward undoes FIFO forward; a swap makes units of another asset.
    if (!result->swaps.empty()) continue;
    for (const auto& piece : arrivals)  // a transfer brings its loot in one piece or several
      if (piece.at("tx") == arrivals.at(0).at("tx") &&
          piece.at("place") == arrivals.at(0).at("place"))
        loot = U256::wrapping_add(loot, amount_of(piece.at("loot")));
    EXPECT_EQ(stolen, loot) << service.dump();
    ++unswapped;
  }
  EXPECT_GT(unswapped, 0u);
}

// A ledger that begins just before the theft knows nothing of earlier balances, and says so.
void a_ledger_that_begins_late_says_what_it_does_not_know(const MadeWorld& world) {
  const auto theft = Case(world).trails().front();
  const Case seen(world, theft.at("origins").at(0).at("block").get<std::uint64_t>());
  for (const auto policy : kPolicies) {
    auto options = seen.options(policy);
    options.direction = TraceDirection::backward;
    options.stop = nullptr;
    const auto result = trace(seen.snapshot(), seen.origins(theft), options);
    ASSERT_TRUE(result) << result.error().message;
    expect_identity(*result);
    // The loot was there before the ledger begins, all of it.
    for (const auto& asset : result->assets)
      EXPECT_EQ(asset.by_reason[static_cast<std::size_t>(TraceEnd::outside)], asset.started);
    EXPECT_FALSE(result->before.empty());
  }
}

class AccountTraceTruthTest : public ::testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, AccountTraceTruthTest, ::testing::Range<std::uint64_t>(1, 21));

// One test, for making a world takes longer than tracing in it.
TEST_P(AccountTraceTruthTest, TracesTellTheTruth) {
  const auto world = make_world({.blocks = 300, .seed = GetParam()});
  {
    const Case seen(world);
    fifo_finds_every_end_point_with_its_amount(seen);
    value_is_conserved_under_every_policy_both_ways(seen);
    backward_from_an_arrival_leads_to_the_theft(seen);
  }
  a_ledger_that_begins_late_says_what_it_does_not_know(world);
}

}  // namespace
}  // namespace clew::account
