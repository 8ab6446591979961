#include "graph/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/trace_world_test.h"

namespace clew::graph {
namespace {

using test::World;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr AddressId kThief = 1, kAlice = 2, kBob = 3, kCarol = 4, kExchange = 9;

TraceResult run(const World& world, std::vector<OutputId> outputs, const TraceOptions& options) {
  std::vector<TraceOrigin> origins;
  for (const auto o : outputs)
    origins.push_back({o, 0});
  auto result = trace(world, origins, options);
  EXPECT_TRUE(result.has_value());
  return std::move(*result);
}

const TraceEndPoint* find(const TraceResult& result, TraceEnd reason,
                          AddressId address = kNoAddress) {
  for (const auto& end : result.ends)
    if (end.reason == reason && (address == kNoAddress || end.address == address)) return &end;
  return nullptr;
}

std::int64_t amount(const TraceResult& result, TraceEnd reason, AddressId address = kNoAddress) {
  std::int64_t sum = 0;
  for (const auto& end : result.ends)
    if (end.reason == reason && (address == kNoAddress || end.address == address))
      sum += end.amount;
  return sum;
}

TraceOptions with(TaintPolicy policy, TraceDirection direction = TraceDirection::forward) {
  TraceOptions options;
  options.policy = policy;
  options.direction = direction;
  return options;
}

// A theft of 100 is joined with 60 of the thief's own and peeled: 90 to an exchange, 68 kept.
struct Theft {
  World world;
  TxIndex stolen, own, peel, last;
  Theft() {
    stolen = world.mine({{100, kThief}});
    own = world.mine({{60, kThief}});
    peel = world.pay({world.out(stolen), world.out(own)}, {{90, kExchange}, {68, kAlice}});
    last = world.pay({world.out(peel, 1)}, {{40, kBob}, {20, kCarol}});
  }
};

TEST(TraceTest, EachPolicyFollowsTheTheftItsOwnWay) {
  const Theft t;
  auto options = with(TaintPolicy::fifo);
  options.service = [](AddressId a) {
    return a == kExchange ? std::optional<ServiceId>(7) : std::nullopt;
  };
  const auto origin = t.world.out(t.stolen);

  const auto fifo = run(t.world, {origin}, options);
  EXPECT_EQ(fifo.started, 100);
  EXPECT_EQ(amount(fifo, TraceEnd::service), 90);
  EXPECT_EQ(amount(fifo, TraceEnd::unspent, kBob), 10);
  EXPECT_EQ(amount(fifo, TraceEnd::fee), 0);

  options.policy = TaintPolicy::lifo;  // 100 lie on [60, 160): 30 to the exchange, 68 on, 2 fee
  const auto lifo = run(t.world, {origin}, options);
  EXPECT_EQ(amount(lifo, TraceEnd::service), 30);
  EXPECT_EQ(amount(lifo, TraceEnd::unspent, kBob), 40);
  EXPECT_EQ(amount(lifo, TraceEnd::unspent, kCarol), 20);
  EXPECT_EQ(amount(lifo, TraceEnd::fee), 2 + 8);

  options.policy = TaintPolicy::tiho;
  const auto tiho = run(t.world, {origin}, options);
  EXPECT_EQ(amount(tiho, TraceEnd::service), 90);
  EXPECT_EQ(amount(tiho, TraceEnd::unspent, kBob), 10);

  options.policy = TaintPolicy::haircut;  // 5/8 of 90, 68, 2: 56.25, 42.5, 1.25
  const auto haircut = run(t.world, {origin}, options);
  EXPECT_EQ(amount(haircut, TraceEnd::service), 56);
  EXPECT_EQ(amount(haircut, TraceEnd::unspent, kBob), 25);    // 43 * 40/68 = 25.29
  EXPECT_EQ(amount(haircut, TraceEnd::unspent, kCarol), 13);  // 12.65
  EXPECT_EQ(amount(haircut, TraceEnd::fee), 1 + 5);           // 5.06

  options.policy = TaintPolicy::poison;
  const auto poison = run(t.world, {origin}, options);
  EXPECT_EQ(find(poison, TraceEnd::service)->tainted, 90);
  EXPECT_EQ(find(poison, TraceEnd::unspent, kBob)->tainted, 40);
  EXPECT_EQ(find(poison, TraceEnd::fee)->tainted, 2 + 8);
  EXPECT_EQ(poison.joined, 60);
  EXPECT_EQ(poison.tainted_started, 100);
  EXPECT_EQ(poison.tainted_ended, 160);
  EXPECT_EQ(amount(poison, TraceEnd::service), 56);  // attributed as under haircut
}

TEST(TraceTest, AnEndPointTellsWhatWhenAndHow) {
  const Theft t;
  auto options = with(TaintPolicy::fifo);
  options.service = [](AddressId a) {
    return a == kExchange ? std::optional<ServiceId>(7) : std::nullopt;
  };
  const auto result = run(t.world, {t.world.out(t.stolen)}, options);
  ASSERT_EQ(result.ends.size(), 2u);
  const auto& service = result.ends[0];
  EXPECT_EQ(service.reason, TraceEnd::service);
  EXPECT_EQ(service.service, 7u);
  EXPECT_EQ(service.outputs, 1u);
  EXPECT_THAT(service.addresses, ElementsAre(kExchange));
  EXPECT_EQ(service.height_first, t.world.when(t.peel).height);
  EXPECT_EQ(service.time_last, t.world.when(t.peel).time);
  ASSERT_EQ(service.paths.size(), 1u);
  const auto& path = service.paths[0];
  EXPECT_EQ(path.amount, 90);
  ASSERT_EQ(path.hops.size(), 2u);
  EXPECT_EQ(path.hops[0].output, t.world.out(t.stolen));
  EXPECT_EQ(path.hops[1].output, t.world.out(t.peel));
  EXPECT_EQ(path.hops[1].tx, t.peel);
  EXPECT_EQ(path.hops[1].address, kExchange);
  EXPECT_EQ(path.hops[1].amount, 90);
  EXPECT_EQ(result.transactions, 2u);
}

TEST(TraceTest, BackwardFindsTheOrigins) {
  const Theft t;
  const auto bob = t.world.out(t.last);
  const auto back = [&](TaintPolicy policy) {
    return run(t.world, {bob}, with(policy, TraceDirection::backward));
  };
  // Bob's 40 are [0, 40) of the 68, which are [90, 158) of the line: 10 stolen, 30 own.
  const auto fifo = back(TaintPolicy::fifo);
  EXPECT_EQ(fifo.started, 40);
  EXPECT_EQ(amount(fifo, TraceEnd::mined), 40);
  ASSERT_EQ(fifo.ends.size(), 1u);  // one miner's address
  ASSERT_EQ(fifo.ends[0].paths.size(), 1u);
  const auto& path = fifo.ends[0].paths[0];
  EXPECT_EQ(path.amount, 30);
  EXPECT_EQ(path.hops.front().output, t.world.out(t.own));
  EXPECT_EQ(path.hops.back().output, bob);
  // 40 * 100/160 and 40 * 60/160.
  const auto haircut = back(TaintPolicy::haircut);
  EXPECT_EQ(haircut.ends[0].paths[0].amount, 25);
  // TIHO mirrored: traced outputs drain the highest input first.
  EXPECT_EQ(back(TaintPolicy::tiho).ends[0].paths[0].hops[0].output, t.world.out(t.stolen));
  // Poison: everything that flowed together is marked.
  const auto poison = back(TaintPolicy::poison);
  EXPECT_EQ(poison.tainted_ended, 160);
  EXPECT_EQ(poison.tainted_started + poison.joined, 160);
  EXPECT_EQ(amount(poison, TraceEnd::mined), 40);
}

TEST(TraceTest, EveryReasonToStop) {
  World w;
  const auto start = w.mine({{1000, kThief}});
  const auto split = w.pay({w.out(start)}, {{100, kAlice},
                                            {100, kBob},
                                            {100, kNoAddress, true},
                                            {100, kExchange},
                                            {100, kCarol},
                                            {450, kAlice},
                                            {7, kAlice}});
  const auto mix = w.pay({w.out(split, 1)}, {{99, kBob}});
  const auto late = w.pay({w.out(split, 4)}, {{100, kCarol}});
  const auto next = w.pay({w.out(split, 5)}, {{450, kBob}});
  const auto far = w.pay({w.out(next)}, {{450, kBob}});
  w.pay({w.out(split, 6)}, {{7, kBob}});
  w.pay({w.out(far)}, {{450, kCarol}});
  auto options = with(TaintPolicy::fifo);
  options.service = [](AddressId a) {
    return a == kExchange ? std::optional<ServiceId>(1) : std::nullopt;
  };
  options.coinjoin = [&](TxIndex tx) { return tx == mix; };
  options.hops_max = 2;
  options.value_min = 8;
  options.window.height_to = w.when(late).height - 1;
  auto result = run(w, {w.out(start)}, options);
  EXPECT_EQ(amount(result, TraceEnd::unspent, kAlice), 100);
  EXPECT_EQ(amount(result, TraceEnd::burnt), 100);
  EXPECT_EQ(amount(result, TraceEnd::service), 100);
  EXPECT_EQ(amount(result, TraceEnd::coinjoin), 100);
  EXPECT_EQ(find(result, TraceEnd::coinjoin)->coinjoin, mix);
  EXPECT_EQ(amount(result, TraceEnd::time), 100 + 450);
  EXPECT_EQ(amount(result, TraceEnd::value), 7);
  EXPECT_EQ(amount(result, TraceEnd::fee), 1000 - 957);
  options.window = {};
  result = run(w, {w.out(start)}, options);
  EXPECT_EQ(amount(result, TraceEnd::hops), 450);
  EXPECT_EQ(amount(result, TraceEnd::time), 0);
}

TEST(TraceTest, BackwardReasonsToStop) {
  World w;
  const auto mined = w.mine({{50, kThief}});
  const auto service = w.pay({w.out(mined)}, {{50, kExchange}});
  const auto mix = w.add({{kNone, 30, kAlice}}, {{30, kBob}});
  const auto all = w.add(
      {{w.out(service)}, {w.out(mix)}, {kNone, 20, kCarol}, {kNone, 5, kExchange}}, {{105, kBob}});
  auto options = with(TaintPolicy::fifo, TraceDirection::backward);
  options.service = [](AddressId a) {
    return a == kExchange ? std::optional<ServiceId>(1) : std::nullopt;
  };
  options.coinjoin = [&](TxIndex tx) { return tx == mix; };
  const auto result = run(w, {w.out(all)}, options);
  EXPECT_EQ(amount(result, TraceEnd::service), 55);
  EXPECT_EQ(find(result, TraceEnd::service)->outputs, 2u);
  EXPECT_EQ(amount(result, TraceEnd::coinjoin), 30);
  EXPECT_EQ(amount(result, TraceEnd::outside, kCarol), 20);
  EXPECT_THAT(result.partial, IsEmpty());  // all values are known
  const auto& hop = find(result, TraceEnd::outside)->paths[0].hops[0];
  EXPECT_EQ(hop.output, kNone);
  EXPECT_EQ(hop.outside, w.shape(all).first_input + 2);
  EXPECT_FALSE(hop.least);
}

TEST(TraceTest, AnOriginIsNotStoppedAtItsOwnService) {
  World w;
  const auto mined = w.mine({{50, kExchange}});
  const auto paid = w.pay({w.out(mined)}, {{20, kBob}, {30, kExchange}});
  auto options = with(TaintPolicy::fifo);
  options.service = [](AddressId a) {
    return a == kExchange ? std::optional<ServiceId>(1) : std::nullopt;
  };
  const auto result = run(w, {w.out(mined)}, options);
  EXPECT_EQ(amount(result, TraceEnd::unspent, kBob), 20);
  EXPECT_EQ(amount(result, TraceEnd::service), 30);
  const auto both = run(w, {w.out(mined), w.out(paid, 1)}, options);
  EXPECT_EQ(amount(both, TraceEnd::unspent, kExchange), 30);
}

TEST(TraceTest, ValueThatComesBackToAnOriginIsCountedOnce) {
  World w;
  const auto a = w.mine({{100, kThief}});
  const auto b = w.mine({{10, kBob}});
  // 60 of the thief's 100 come back to the thief together with Bob's 10.
  const auto c = w.pay({w.out(a), w.out(b)}, {{40, kAlice}, {70, kThief}});
  w.pay({w.out(c, 1)}, {{70, kCarol}});
  for (const auto policy : {TaintPolicy::fifo, TaintPolicy::lifo, TaintPolicy::tiho,
                            TaintPolicy::haircut, TaintPolicy::poison}) {
    const auto result = run(w, w.received(kThief, {}, 10), with(policy));
    const auto arrived = amount(result, TraceEnd::unspent, kAlice);
    EXPECT_EQ(amount(result, TraceEnd::unspent, kCarol), 70) << name(policy);
    EXPECT_EQ(result.started, arrived + 70) << name(policy);
    if (policy == TaintPolicy::fifo) {
      EXPECT_EQ(result.started, 110);
    }
  }
}

TEST(TraceTest, SourcesAreToldApart) {
  World w;
  const auto a = w.mine({{100, kThief}});
  const auto b = w.mine({{50, kThief}});
  w.pay({w.out(a), w.out(b)}, {{120, kAlice}, {30, kBob}});
  const std::vector<TraceOrigin> origins = {{w.out(a), 3}, {w.out(b), 5}};
  const auto result = trace(w, origins, with(TaintPolicy::fifo));
  ASSERT_TRUE(result.has_value());
  ASSERT_EQ(result->ends.size(), 2u);
  EXPECT_THAT(result->ends[0].sources, ElementsAre(std::pair(3u, 100), std::pair(5u, 20)));
  EXPECT_THAT(result->ends[1].sources, ElementsAre(std::pair(5u, 30)));
}

TEST(TraceTest, UnknownInputsMakeTheAnswerPartial) {
  World w;
  const auto a = w.mine({{100, kThief}});
  // The unknown input comes first: it brought at least 50, which FIFO puts before the stolen 100.
  const auto tx = w.add({{kNone, kUnknownValue, kBob}, {w.out(a)}}, {{50, kAlice}, {100, kCarol}});
  const auto result = run(w, {w.out(a)}, with(TaintPolicy::fifo));
  EXPECT_THAT(result.partial, ElementsAre(tx));
  EXPECT_EQ(amount(result, TraceEnd::unspent, kCarol), 100);
  EXPECT_EQ(amount(result, TraceEnd::unspent, kAlice), 0);
  const auto back = run(w, {w.out(tx)}, with(TaintPolicy::fifo, TraceDirection::backward));
  EXPECT_EQ(amount(back, TraceEnd::outside, kBob), 50);
  EXPECT_THAT(back.partial, ElementsAre(tx));
  EXPECT_TRUE(find(back, TraceEnd::outside)->paths[0].hops[0].least);
  EXPECT_FALSE(find(back, TraceEnd::outside)->paths[0].hops[1].least);
  // Poison marks an unknown input even if the known ones could have paid for everything.
  World v;
  const auto m = v.mine({{100, kThief}});
  const auto t = v.add({{v.out(m)}, {kNone, kUnknownValue, kBob}}, {{90, kAlice}});
  const auto poison = run(v, {v.out(t)}, with(TaintPolicy::poison, TraceDirection::backward));
  ASSERT_NE(find(poison, TraceEnd::outside, kBob), nullptr);
  EXPECT_EQ(find(poison, TraceEnd::outside, kBob)->tainted, 0);
  EXPECT_THAT(poison.partial, ElementsAre(t));
}

TEST(TraceTest, ImpossibleTransactionsAreNotFollowed) {
  World w;
  const auto a = w.mine({{100, kThief}});
  w.pay({w.out(a)}, {{150, kAlice}});  // creates money
  const auto result = run(w, {w.out(a)}, with(TaintPolicy::fifo));
  EXPECT_EQ(amount(result, TraceEnd::unsound), 100);
  // An output spent before it was made.
  World v;
  const auto m = v.mine({{100, kThief}});
  const auto first = v.pay({v.out(m)}, {{100, kAlice}});
  v.add({{v.out(first)}}, {{100, kBob}}, 1);
  EXPECT_EQ(amount(run(v, {v.out(m)}, with(TaintPolicy::fifo)), TraceEnd::unsound), 100);
}

TEST(TraceTest, HistoryThatCameLaterIsFollowedInChainOrder) {
  World w;
  const auto a = w.mine({{100, kThief}});
  // Arrived in this order, but "merge" is the younger of the two by height.
  const auto split = w.add({{w.out(a)}}, {{60, kAlice}, {40, kBob}}, 10);
  const auto merge_inputs = std::vector<test::WorldInput>{{w.out(split, 0)}, {w.out(split, 1)}};
  const auto merge = w.add(merge_inputs, {{100, kCarol}}, 30);
  const auto result = run(w, {w.out(a)}, with(TaintPolicy::fifo));
  EXPECT_EQ(amount(result, TraceEnd::unspent, kCarol), 100);
  EXPECT_EQ(find(result, TraceEnd::unspent)->height_first, w.when(merge).height);
  EXPECT_EQ(result.transactions, 2u);  // the merging transaction is visited once, with both inputs
}

TEST(TraceTest, BudgetsStopWithTheirReason) {
  World w;
  auto tip = w.out(w.mine({{1000, kThief}}));
  for (int i = 0; i < 50; ++i)
    tip = w.out(w.pay({tip}, {{1000, kThief}}));
  auto options = with(TaintPolicy::fifo);
  options.edges_max = 31;  // three a transaction: input, output, interval
  auto result = run(w, {w.out(0)}, options);
  EXPECT_TRUE(result.edges_exhausted);
  EXPECT_EQ(result.transactions, 10u);
  EXPECT_LE(result.edges, options.edges_max);
  EXPECT_EQ(amount(result, TraceEnd::edges), 1000);
  ASSERT_EQ(result.ends[0].paths.size(), 1u);
  EXPECT_EQ(result.ends[0].paths[0].hops.size(), 11u);
  options.edges_max = 1000;
  std::uint64_t now = 100;
  options.clock_us = [&] { return now += 5; };
  options.clock_budget_us = 4;
  result = run(w, {w.out(0)}, options);
  EXPECT_TRUE(result.clock_exhausted);
  EXPECT_EQ(amount(result, TraceEnd::clock), 1000);
  options.clock_budget_us = 5;
  EXPECT_EQ(amount(run(w, {w.out(0)}, options), TraceEnd::unspent), 1000);
}

TEST(TraceTest, ShredsOfTaintStopAtTheIntervalLimit) {
  World w;
  // Ten tainted outputs of 1, each followed by a clean 1 in the joining transaction.
  std::vector<OutputId> tainted, all;
  for (int i = 0; i < 10; ++i) {
    tainted.push_back(w.out(w.mine({{1, kThief}})));
    all.push_back(tainted.back());
    all.push_back(w.out(w.mine({{1, kBob}})));
  }
  w.pay({w.out(w.pay(all, {{20, kAlice}}))}, {{20, kCarol}});
  auto options = with(TaintPolicy::fifo);
  options.intervals_max = 10;
  EXPECT_EQ(amount(run(w, tainted, options), TraceEnd::unspent, kCarol), 10);
  options.intervals_max = 9;
  EXPECT_EQ(amount(run(w, tainted, options), TraceEnd::intervals), 10);
}

TEST(TraceTest, SeveralPathsWidestFirst) {
  World w;
  const auto a = w.mine({{100, kThief}});
  const auto split = w.pay({w.out(a)}, {{10, kAlice}, {70, kBob}, {20, kCarol}});
  const auto b = w.pay({w.out(split, 1)}, {{70, kBob}});
  w.pay({w.out(split, 0), w.out(b), w.out(split, 2)}, {{100, kExchange}});
  auto options = with(TaintPolicy::fifo);
  options.paths = 5;
  for (const auto policy : {TaintPolicy::fifo, TaintPolicy::lifo, TaintPolicy::tiho,
                            TaintPolicy::haircut, TaintPolicy::poison}) {
    options.policy = policy;
    const auto result = run(w, {w.out(a)}, options);
    ASSERT_EQ(result.ends.size(), 1u) << name(policy);
    const auto& paths = result.ends[0].paths;
    ASSERT_EQ(paths.size(), 3u) << name(policy);
    EXPECT_EQ(paths[0].amount, 70) << name(policy);
    EXPECT_EQ(paths[0].hops.size(), 4u) << name(policy);
    EXPECT_EQ(paths[1].amount, 20) << name(policy);
    EXPECT_EQ(paths[2].amount, 10) << name(policy);
  }
}

TEST(TraceTest, OnlyEndPointsOfAnAddressHaveOne) {
  World w;
  const auto a = w.mine({{100, kThief}});
  w.pay({w.out(a)}, {{60, kAlice}, {30, kBob}});
  auto options = with(TaintPolicy::fifo);
  // A party's number says nothing about addresses, be it the same as that of one.
  options.service = [](AddressId id) {
    return id == kAlice ? std::optional<ServiceId>(kAlice) : std::nullopt;
  };
  const auto result = run(w, {w.out(a)}, options);
  ASSERT_EQ(result.ends.size(), 3u);
  EXPECT_EQ(result.ends[0].reason, TraceEnd::service);
  EXPECT_EQ(result.ends[0].address, kNoAddress);
  EXPECT_THAT(result.ends[0].addresses, ElementsAre(kAlice));
  EXPECT_EQ(result.ends[1].reason, TraceEnd::unspent);
  EXPECT_EQ(result.ends[1].address, kBob);
  EXPECT_EQ(result.ends[2].reason, TraceEnd::fee);
  EXPECT_EQ(result.ends[2].address, kNoAddress);
}

TEST(TraceTest, TouchedOutputsAreKeptIfAsked) {
  const Theft t;
  auto options = with(TaintPolicy::lifo);
  options.keep_outputs = true;
  const auto result = run(t.world, {t.world.out(t.stolen)}, options);
  ASSERT_EQ(result.outputs.size(), result.outputs_touched);
  EXPECT_EQ(result.outputs[0].created_by, t.stolen);
  EXPECT_EQ(result.outputs[0].spent_by, t.peel);
  EXPECT_EQ(result.outputs[0].end, TraceEnd::followed);
  EXPECT_EQ(result.outputs[1].created_by, t.peel);
  EXPECT_EQ(result.outputs[1].spent_by, kNone);
}

TEST(TraceTest, NoOriginOrAnImpossibleOneIsAnError) {
  const World empty;
  EXPECT_EQ(trace(empty, {}, {}).error().kind, ErrorKind::usage);
  World w;
  const auto a = w.mine({{-5, kThief}});
  const std::vector<TraceOrigin> origins = {{w.out(a), 0}};
  EXPECT_EQ(trace(w, origins, {}).error().kind, ErrorKind::data);
}

}  // namespace
}  // namespace clew::graph
