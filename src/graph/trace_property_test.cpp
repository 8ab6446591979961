// Properties that hold in every world, checked on random ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "graph/trace.h"
#include "graph/trace_world_test.h"

namespace clew::graph {
namespace {

using test::random_world;
using test::World;

constexpr TaintPolicy kPolicies[] = {TaintPolicy::poison, TaintPolicy::haircut, TaintPolicy::fifo,
                                     TaintPolicy::lifo, TaintPolicy::tiho};
constexpr TraceDirection kDirections[] = {TraceDirection::forward, TraceDirection::backward};

struct Question {
  std::vector<TraceOrigin> origins;
  TraceOptions options;
};

Question random_question(const World& world, std::mt19937_64& random) {
  const auto upto = [&](std::uint64_t n) { return random() % (n + 1); };
  Question q;
  for (std::uint64_t n = 1 + upto(3); n > 0; --n)
    q.origins.push_back({upto(world.output_count() - 1), static_cast<std::uint32_t>(upto(2))});
  auto& o = q.options;
  if (upto(2) == 0) o.hops_max = static_cast<std::uint32_t>(upto(5));
  if (upto(2) == 0) o.value_min = static_cast<std::int64_t>(upto(300));
  if (upto(2) == 0) o.window.height_to = static_cast<std::uint32_t>(upto(world.tx_count()));
  if (upto(3) == 0) o.window.height_from = static_cast<std::uint32_t>(upto(20));
  if (upto(2) == 0) o.edges_max = upto(60);
  if (upto(3) == 0) o.intervals_max = static_cast<std::uint32_t>(1 + upto(3));
  if (upto(1) == 0)
    o.service = [](AddressId a) { return a % 5 == 0 ? std::optional<ServiceId>(a) : std::nullopt; };
  if (upto(1) == 0) o.coinjoin = [](TxIndex tx) { return tx % 11 == 7; };
  o.paths = static_cast<std::uint32_t>(upto(3));
  o.keep_outputs = true;
  return q;
}

void expect_identity(const TraceResult& r, TaintPolicy policy) {
  std::int64_t sum = 0, tainted = 0;
  for (const auto& end : r.ends) {
    sum += end.amount;
    tainted += end.tainted;
    EXPECT_NE(end.reason, TraceEnd::followed);
    std::int64_t by_source = 0;
    for (const auto& [source, amount] : end.sources)
      by_source += amount;
    if (!end.sources.empty()) {
      EXPECT_EQ(by_source, end.amount);
    }
  }
  EXPECT_EQ(sum, r.started);
  EXPECT_EQ(std::accumulate(r.by_reason.begin(), r.by_reason.end(), std::int64_t{0}), r.started);
  if (policy == TaintPolicy::poison) {
    EXPECT_EQ(tainted, r.tainted_started + r.joined);
    EXPECT_EQ(r.tainted_ended, tainted);
  }
}

// A path runs from an origin to its end-point (backward: the other way) over real links, within
// the amounts of its hops.
void expect_paths(const World& world, const Question& q, const TraceResult& r) {
  const bool forward = q.options.direction == TraceDirection::forward;
  for (const auto& end : r.ends) {
    std::int64_t before = INT64_MAX;
    for (const auto& path : end.paths) {
      EXPECT_LE(path.amount, before);
      before = path.amount;
      ASSERT_FALSE(path.hops.empty());
      const auto& origin = forward ? path.hops.front() : path.hops.back();
      EXPECT_TRUE(std::any_of(q.origins.begin(), q.origins.end(),
                              [&](const TraceOrigin& o) { return o.output == origin.output; }));
      for (std::size_t i = 1; i < path.hops.size(); ++i) {
        const auto& from = path.hops[i - 1];
        const auto& to = path.hops[i];
        if (from.output != kNone)
          EXPECT_EQ(world.spender(from.output), to.tx);
        else
          EXPECT_TRUE(from.outside >= world.shape(to.tx).first_input &&
                      from.outside <
                          world.shape(to.tx).first_input + world.shape(to.tx).input_count);
        if (q.options.policy != TaintPolicy::poison) {
          EXPECT_LE(path.amount, from.amount);
          EXPECT_LE(path.amount, to.amount);
        }
      }
    }
  }
}

TEST(TracePropertyTest, ValueIsConservedUnderEveryPolicyDirectionAndLimit) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    test::WorldShape shape;
    shape.outside_percent = seed % 3 == 0 ? 30 : 0;
    const auto world = random_world(seed, shape);
    std::mt19937_64 random(seed);
    for (int round = 0; round < 4; ++round) {
      auto q = random_question(world, random);
      for (const auto policy : kPolicies)
        for (const auto direction : kDirections) {
          q.options.policy = policy;
          q.options.direction = direction;
          const auto result = trace(world, q.origins, q.options);
          ASSERT_TRUE(result.has_value());
          expect_identity(*result, policy);
          expect_paths(world, q, *result);
          EXPECT_LE(result->edges, q.options.edges_max);
          ASSERT_FALSE(testing::Test::HasFailure())
              << "seed " << seed << " " << name(policy) << " direction " << int(direction);
        }
    }
  }
}

// A model that knows every satoshi by itself: what each output's satoshis are made of.
class SatoshiModel {
 public:
  // `tainted` outputs start; the rest is clean. FIFO, or LIFO if `last_first`.
  SatoshiModel(const World& world, const std::vector<OutputId>& origins, bool last_first)
      : satoshis_(world.output_count()) {
    for (TxIndex t = 0; t < world.tx_count(); ++t) {
      FlowTx tx;
      world.load(t, tx);
      std::vector<std::uint8_t> line;
      for (std::size_t i = 0; i < tx.spent.size(); ++i) {
        if (tx.spent[i] == kNone) continue;
        const auto& in = satoshis_[tx.spent[i]];
        line.insert(line.end(), in.begin(), in.end());
      }
      if (last_first) std::reverse(line.begin(), line.end());
      std::size_t at = 0;
      for (std::size_t o = 0; o < tx.output_values.size(); ++o) {
        const auto id = tx.shape.first_output + o;
        auto& out = satoshis_[id];
        for (std::int64_t s = 0; s < tx.output_values[o]; ++s, ++at)
          out.push_back(tx.shape.coinbase ? 0 : line[at]);
        if (std::find(origins.begin(), origins.end(), id) != origins.end())
          std::fill(out.begin(), out.end(), std::uint8_t{1});
      }
      for (; at < line.size(); ++at)
        fees_ += line[at];
    }
  }
  std::int64_t tainted(OutputId o) const {
    return std::accumulate(satoshis_[o].begin(), satoshis_[o].end(), std::int64_t{0});
  }
  std::int64_t fees() const { return fees_; }

 private:
  std::vector<std::vector<std::uint8_t>> satoshis_;
  std::int64_t fees_ = 0;
};

TEST(TracePropertyTest, FifoAndLifoAgreeWithAModelOfSingleSatoshis) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    test::WorldShape shape;
    shape.transactions = 40;
    shape.value_max = 60;
    const auto world = random_world(seed, shape);
    std::mt19937_64 random(seed);
    const std::vector<OutputId> outputs = {random() % world.output_count(),
                                           random() % world.output_count()};
    const std::vector<TraceOrigin> origins = {{outputs[0], 0}, {outputs[1], 1}};
    for (const bool last_first : {false, true}) {
      TraceOptions options;
      options.policy = last_first ? TaintPolicy::lifo : TaintPolicy::fifo;
      options.keep_outputs = true;
      const auto result = trace(world, origins, options);
      ASSERT_TRUE(result.has_value());
      const SatoshiModel model(world, outputs, last_first);
      std::map<OutputId, std::int64_t> traced;
      for (const auto& o : result->outputs)
        if (o.output != kNone) traced[o.output] += o.amount;
      for (OutputId o = 0; o < world.output_count(); ++o)
        ASSERT_EQ(traced[o], model.tainted(o)) << "seed " << seed << " output " << o;
      EXPECT_EQ(result->by_reason[static_cast<std::size_t>(TraceEnd::fee)], model.fees());
    }
  }
}

std::map<OutputId, std::int64_t> traced_amounts(const World& world, OutputId origin,
                                                TaintPolicy policy, TraceDirection direction) {
  TraceOptions options;
  options.policy = policy;
  options.direction = direction;
  options.keep_outputs = true;
  const std::vector<TraceOrigin> origins = {{origin, 0}};
  const auto result = trace(world, origins, options);
  std::map<OutputId, std::int64_t> traced;
  for (const auto& o : result.value().outputs)
    if (o.output != kNone) traced[o.output] += o.amount;
  return traced;
}

// What reaches B from A forward is what B draws from A backward: exactly where satoshis keep their
// identity, and up to rounding where they are shared out.
TEST(TracePropertyTest, ForwardAndBackwardAgree) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    test::WorldShape shape;
    shape.transactions = 30;
    shape.value_max = seed % 2 ? 500 : 1'000'000'000'000;
    const auto world = random_world(seed, shape);
    for (const auto policy : {TaintPolicy::fifo, TaintPolicy::lifo, TaintPolicy::haircut}) {
      std::vector<std::map<OutputId, std::int64_t>> back;
      for (OutputId b = 0; b < world.output_count(); ++b)
        back.push_back(traced_amounts(world, b, policy, TraceDirection::backward));
      for (OutputId a = 0; a < world.output_count(); ++a) {
        auto forward = traced_amounts(world, a, policy, TraceDirection::forward);
        for (OutputId b = 0; b < world.output_count(); ++b) {
          const auto reached = forward[b], drawn = back[b][a];
          if (policy == TaintPolicy::haircut)
            ASSERT_NEAR(static_cast<double>(reached), static_cast<double>(drawn), 30);
          else
            ASSERT_EQ(reached, drawn) << name(policy) << " from " << a << " to " << b;
        }
      }
    }
  }
}

// Every output's value comes from coinbases or from outside, under every policy.
TEST(TracePropertyTest, BackwardWithoutLimitsEndsWhereMoneyIsBorn) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    test::WorldShape shape;
    shape.outside_percent = seed % 2 ? 25 : 0;
    const auto world = random_world(seed, shape);
    for (const auto policy : kPolicies) {
      TraceOptions options;
      options.policy = policy;
      options.direction = TraceDirection::backward;
      const std::vector<TraceOrigin> origins = {{world.output_count() - 1, 0}};
      const auto result = trace(world, origins, options);
      ASSERT_TRUE(result.has_value());
      for (const auto& end : result->ends)
        EXPECT_TRUE(end.reason == TraceEnd::mined || (seed % 2 && end.reason == TraceEnd::outside));
    }
  }
}

// An unbounded search for all paths of a small world finds none wider than the first one given.
void widest(const World& world, const std::map<OutputId, std::int64_t>& traced, OutputId at,
            OutputId origin, std::int64_t width, std::int64_t& best) {
  if (at == origin) {
    best = std::max(best, width);
    return;
  }
  const auto tx = world.creator(at);
  FlowTx flow;
  world.load(tx, flow);
  TaintLine line;
  if (!line.lay(flow.input_values, flow.output_values, TraceDirection::forward,
                TaintPolicy::haircut))
    return;
  std::int64_t total = 0;
  for (const auto in : flow.spent)
    if (const auto found = traced.find(in); found != traced.end()) total += found->second;
  for (const auto in : flow.spent) {
    const auto found = traced.find(in);
    if (found == traced.end() || found->second == 0) continue;
    const auto share = mul_div(traced.at(at), found->second, total);
    if (std::min(width, share) > best)
      widest(world, traced, in, origin, std::min(width, share), best);
  }
}

TEST(TracePropertyTest, TheFirstPathIsTheWidest) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    test::WorldShape shape;
    shape.value_max = 1'000'000;
    const auto world = random_world(seed, shape);
    TraceOptions options;
    options.policy = TaintPolicy::haircut;
    options.keep_outputs = true;
    const std::vector<TraceOrigin> origins = {{0, 0}};
    const auto result = trace(world, origins, options);
    ASSERT_TRUE(result.has_value());
    std::map<OutputId, std::int64_t> traced;
    for (const auto& o : result->outputs)
      if (o.output != kNone) traced[o.output] = o.amount;
    for (const auto& end : result->ends) {
      if (end.reason != TraceEnd::unspent || end.outputs != 1) continue;
      const auto last = end.paths.at(0).hops.back().output;
      std::int64_t best = 0;
      widest(world, traced, last, 0, traced.at(last), best);
      EXPECT_EQ(end.paths[0].amount, best) << "seed " << seed;
    }
  }
}

TEST(TracePropertyTest, EqualQuestionsGetEqualAnswers) {
  const auto world = random_world(5);
  std::mt19937_64 random(5);
  for (int round = 0; round < 20; ++round) {
    const auto q = random_question(world, random);
    const auto a = trace(world, q.origins, q.options), b = trace(world, q.origins, q.options);
    ASSERT_TRUE(a.has_value() && b.has_value());
    ASSERT_EQ(a->ends.size(), b->ends.size());
    for (std::size_t i = 0; i < a->ends.size(); ++i) {
      EXPECT_EQ(a->ends[i].amount, b->ends[i].amount);
      EXPECT_EQ(a->ends[i].reason, b->ends[i].reason);
      EXPECT_EQ(a->ends[i].addresses, b->ends[i].addresses);
      EXPECT_EQ(a->ends[i].paths.size(), b->ends[i].paths.size());
    }
  }
}

}  // namespace
}  // namespace clew::graph
