// Properties that hold on every account ledger, checked on random ones.
#include <gtest/gtest.h>

#include <deque>

#include "graph/account/trace.h"
#include "graph/account/trace_world_test.h"

namespace clew::account {
namespace {

using test::kNobody;
using test::kZero;
using test::Move;
using test::random_world;
using test::World;

constexpr TaintPolicy kPolicies[] = {TaintPolicy::poison, TaintPolicy::haircut, TaintPolicy::fifo,
                                     TaintPolicy::lifo};

struct Question {
  std::vector<std::size_t> origins;  // moves
  TraceOptions options;
};

Question random_question(const World& world, std::mt19937_64& random) {
  const auto upto = [&](std::uint64_t n) { return random() % (n + 1); };
  const auto moves = world.moves().size();
  Question q;
  for (auto n = 1 + upto(3); n > 0; --n)
    q.origins.push_back(upto(moves - 1));
  auto& o = q.options;
  if (upto(2) == 0) o.hops_max = static_cast<std::uint32_t>(upto(4));
  if (upto(2) == 0) o.value_min = [](AssetId asset) { return U256(asset == 0 ? 4 : 9); };
  if (upto(3) == 0) o.window.height_to = static_cast<std::uint32_t>(100 + upto(25));
  if (upto(3) == 0) o.window.height_from = static_cast<std::uint32_t>(100 + upto(10));
  if (upto(2) == 0) o.edges_max = upto(150);
  if (upto(3) == 0) o.intervals_max = static_cast<std::uint32_t>(1 + upto(3));
  if (upto(3) == 0) o.postings_max = upto(30);
  if (upto(1) == 0)
    o.stop = [](AddressId a) {
      return a % 5 == 0 ? std::optional(TraceStop{TraceEnd::service, a}) : std::nullopt;
    };
  if (upto(1) == 0) o.direction = TraceDirection::backward;
  if (upto(1) == 0) o.swaps = false;
  if (upto(3) == 0)
    o.opening = [](AddressId a, AssetId) {
      return a % 2 == 0 ? std::optional(U256(a)) : std::nullopt;
    };
  o.keep_transfers = true;
  return q;
}

std::vector<TraceOrigin> origins_in(const World& world, const Question& q) {
  std::vector<TraceOrigin> origins;
  for (const auto move : q.origins)
    origins.push_back({world.id(move)});
  return origins;
}

void expect_identity(const TraceResult& r, TaintPolicy policy) {
  std::map<AssetId, U256> ends, tainted;
  for (const auto& end : r.ends) {
    EXPECT_NE(end.reason, TraceEnd::followed);
    ends[end.asset] = U256::wrapping_add(ends[end.asset], end.amount);
    tainted[end.asset] = U256::wrapping_add(tainted[end.asset], end.tainted);
  }
  for (const auto& a : r.assets) {
    U256 sum;
    for (const auto& amount : a.by_reason)
      sum = U256::wrapping_add(sum, amount);
    EXPECT_EQ(sum, U256::wrapping_add(a.started, a.swapped_in));
    EXPECT_EQ(sum, ends[a.asset]);
    EXPECT_EQ(tainted[a.asset], U256::wrapping_add(a.tainted_started, a.joined));
    EXPECT_EQ(tainted[a.asset], a.tainted_ended);
    if (policy != TaintPolicy::poison) {
      EXPECT_TRUE(a.joined.is_zero());
    }
  }
}

void expect_step(const TraceHop& before, const TraceHop& hop, TraceDirection direction) {
  const bool moved = before.kind == TraceHopKind::transfer && hop.kind == TraceHopKind::transfer;
  if (moved) {
    EXPECT_LT(before.transfer, hop.transfer);
  } else {
    EXPECT_LE(before.transfer, hop.transfer);
  }
  // In a swap an address gives what it had, and goes on with what it got.
  if (direction == TraceDirection::forward && hop.kind == TraceHopKind::swap)
    EXPECT_EQ(before.kind == TraceHopKind::swap ? before.to : before.from, hop.from);
  else if (direction == TraceDirection::backward && before.kind == TraceHopKind::swap)
    EXPECT_EQ(before.to, hop.kind == TraceHopKind::swap ? hop.from : hop.to);
  else
    EXPECT_EQ(before.to, hop.from);
}

// A path runs over real transfers, each by an address that the one before reached, and never
// against time.
void expect_paths(const World& world, const TraceResult& r, TraceDirection direction) {
  const auto moves = world.moves();
  for (const auto& end : r.ends) {
    for (std::size_t i = 0; i < end.path.hops.size(); ++i) {
      const auto& hop = end.path.hops[i];
      EXPECT_LE(hop.amount, hop.value);
      if (hop.kind == TraceHopKind::transfer) {
        const auto& move = moves[world.number(hop.transfer)];
        EXPECT_EQ(hop.value, U256(move.value));
      }
      if (i > 0) expect_step(end.path.hops[i - 1], hop, direction);
    }
  }
}

// Everything that an answer says, with transfers by their number in the world.
std::string describe(const World& world, const TraceResult& r) {
  std::ostringstream out;
  for (const auto& end : r.ends) {
    out << name(end.reason) << " " << end.asset << " " << end.service << " " << end.address << " "
        << end.amount.to_decimal() << " " << end.tainted.to_decimal() << " " << end.transfers << " "
        << end.number_first << " " << end.number_last << " " << end.path.amount.to_decimal();
    for (const auto& hop : end.path.hops)
      out << " " << world.number(hop.transfer);
    out << "\n";
  }
  for (const auto& before : r.before)
    out << "before " << before.address << " " << before.asset << " " << before.value.to_decimal()
        << "\n";
  for (const auto& kept : r.transfers_kept)
    out << "transfer " << world.number(kept.hop.transfer) << " " << kept.hop.amount.to_decimal()
        << " " << kept.hops << " " << name(kept.end) << "\n";
  out << r.accounts << " " << r.edges << " " << r.edges_exhausted << "\n";
  return out.str();
}

TEST(AccountTracePropertyTest, ValueIsConservedAndSegmentsDoNotMatter) {
  for (std::uint64_t seed = 1; seed <= 250; ++seed) {
    auto whole = random_world(seed);
    whole.write();
    auto cut = random_world(seed);
    cut.write(1200);
    std::mt19937_64 random(seed);
    for (int round = 0; round < 4; ++round) {
      auto q = random_question(whole, random);
      for (const auto policy : kPolicies) {
        q.options.policy = policy;
        const auto result = trace(whole.snapshot(), origins_in(whole, q), q.options);
        ASSERT_TRUE(result);
        expect_identity(*result, policy);
        expect_paths(whole, *result, q.options.direction);
        EXPECT_LE(result->edges, q.options.edges_max);
        const auto again = trace(cut.snapshot(), origins_in(cut, q), q.options);
        ASSERT_TRUE(again);
        EXPECT_EQ(describe(whole, *result), describe(cut, *again));
        ASSERT_FALSE(testing::Test::HasFailure())
            << "seed " << seed << " round " << round << " " << graph::name(policy);
      }
    }
  }
}

// A model that replays the whole ledger from its first transfer on, with every unit by itself.
class UnitModel {
 public:
  UnitModel(const std::vector<Move>& moves, const std::vector<std::size_t>& origins,
            bool last_first)
      : last_first_(last_first) {
    for (std::size_t i = 0; i < moves.size(); ++i) {
      const auto& m = moves[i];
      auto units = m.from == kNobody ? std::vector<bool>(m.value) : take(m);
      if (std::find(origins.begin(), origins.end(), i) != origins.end())
        units.assign(m.value, true);
      auto& to = held_[{m.to, m.asset}];
      const bool ends = m.fee || m.to >= kZero;
      if (ends) lost_ += static_cast<std::uint64_t>(std::count(units.begin(), units.end(), true));
      if (ends) units.assign(m.value, false);
      to.insert(to.end(), units.begin(), units.end());
    }
  }
  std::uint64_t held(std::uint32_t who, std::uint32_t asset) const {
    const auto found = held_.find({who, asset});
    if (found == held_.end()) return 0;
    return static_cast<std::uint64_t>(std::count(found->second.begin(), found->second.end(), true));
  }
  std::uint64_t lost() const { return lost_; }

 private:
  std::vector<bool> take(const Move& m) {
    auto& has = held_[{m.from, m.asset}];
    while (has.size() < m.value)
      has.push_back(false);
    std::vector<bool> units;
    for (auto n = m.value; n > 0; --n) {
      units.push_back(last_first_ ? has.back() : has.front());
      last_first_ ? has.pop_back() : has.pop_front();
    }
    return units;
  }

  bool last_first_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::deque<bool>> held_;
  std::uint64_t lost_ = 0;
};

// The same with shares.
class ShareModel {
 public:
  ShareModel(const std::vector<Move>& moves, const std::vector<std::size_t>& origins) {
    for (std::size_t i = 0; i < moves.size(); ++i) {
      const auto& m = moves[i];
      std::uint64_t tainted = 0;
      if (m.from != kNobody) {
        auto& [balance, part] = held_[{m.from, m.asset}];
        balance = std::max(balance, m.value);
        tainted = balance == 0 ? 0 : part * m.value / balance;
        balance -= m.value;
        part -= tainted;
      }
      if (std::find(origins.begin(), origins.end(), i) != origins.end()) tainted = m.value;
      auto& [balance, part] = held_[{m.to, m.asset}];
      balance += m.value;
      if (!m.fee && m.to < kZero) part += tainted;
    }
  }
  std::uint64_t held(std::uint32_t who, std::uint32_t asset) const {
    const auto found = held_.find({who, asset});
    return found == held_.end() ? 0 : found->second.second;
  }

 private:
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::pair<std::uint64_t, std::uint64_t>> held_;
};

std::uint64_t held_by(const World& world, const TraceResult& r, std::uint32_t who,
                      std::uint32_t asset) {
  const auto* end = test::end_at(r, TraceEnd::held, world.address(who), world.asset(asset));
  return end == nullptr ? 0 : end->amount.low_u64();
}

TEST(AccountTracePropertyTest, AgreesWithAReplayOfTheWholeLedger) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    auto world = random_world(seed, {.moves = 120, .people = 8});
    world.write();
    std::mt19937_64 random(seed);
    const auto moves = world.moves();
    const std::vector<std::size_t> origins = {random() % moves.size(), random() % moves.size()};
    const UnitModel fifo(moves, origins, false), lifo(moves, origins, true);
    const ShareModel haircut(moves, origins);
    const auto origin_list = origins_in(world, {origins, {}});
    const auto traced = [&](TaintPolicy policy) {
      TraceOptions options;
      options.policy = policy;
      options.swaps = false;
      auto result = trace(world.snapshot(), origin_list, options);
      EXPECT_TRUE(result);
      return std::move(*result);
    };
    const auto by_fifo = traced(TaintPolicy::fifo), by_lifo = traced(TaintPolicy::lifo);
    const auto by_haircut = traced(TaintPolicy::haircut);
    for (std::uint32_t who = 0; who < 8; ++who)
      for (std::uint32_t asset = 0; asset < 2; ++asset) {
        ASSERT_EQ(held_by(world, by_fifo, who, asset), fifo.held(who, asset)) << seed;
        ASSERT_EQ(held_by(world, by_lifo, who, asset), lifo.held(who, asset)) << seed;
        ASSERT_EQ(held_by(world, by_haircut, who, asset), haircut.held(who, asset)) << seed;
      }
    std::uint64_t lost = 0;
    for (const auto& a : by_fifo.assets)
      for (const auto end : {TraceEnd::fee, TraceEnd::burnt})
        lost += a.by_reason[static_cast<std::size_t>(end)].low_u64();
    ASSERT_EQ(lost, fifo.lost()) << seed;
  }
}

// Chains of nonsense: any kind, any address, amounts up to 2^256 - 1.
TEST(AccountTracePropertyTest, SurvivesAmountsThatNoAssetCanHave) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const test::TemporaryFolder folder;
    test::ingest(folder / "ledger", test::random_chain(seed, 0, 60));
    const auto snapshot = test::open_snapshot(folder / "ledger");
    std::mt19937_64 random(seed);
    const auto first = snapshot.block(*snapshot.find_block_at(0)).first_transfer;
    for (int round = 0; round < 10; ++round) {
      auto id = first;
      for (auto skip = random() % snapshot.transfer_count(); skip > 0; --skip)
        id = snapshot.next_transfer(id);
      const std::vector<TraceOrigin> origins = {{id}};
      for (const auto policy : kPolicies) {
        TraceOptions options;
        options.policy = policy;
        if (round % 2 == 1) options.direction = TraceDirection::backward;
        const auto result = trace(snapshot, origins, options);
        ASSERT_TRUE(result);
        for (const auto& a : result->assets) {
          U256 sum;
          for (const auto& amount : a.by_reason)
            sum = U256::wrapping_add(sum, amount);
          ASSERT_EQ(sum, U256::wrapping_add(a.started, a.swapped_in))
              << "seed " << seed << " " << graph::name(policy);
        }
      }
    }
  }
}

}  // namespace
}  // namespace clew::account
