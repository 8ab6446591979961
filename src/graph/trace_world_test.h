// A small world of transactions made by hand or at random, for the tests of tracing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <vector>

#include "graph/taint.h"
#include "graph/trace_graph.h"

namespace clew::graph::test {

struct WorldOutput {
  std::int64_t value = 0;
  AddressId address = kNoAddress;
  bool burnt = false;
};
struct WorldInput {
  OutputId spent = kNone;
  std::int64_t declared = kUnknownValue;  // value of an output outside the world
  AddressId revealed = kNoAddress;
  std::uint64_t maker = kNone;  // of an output outside the world; kNone: one that made nothing else
};

class World final : public FlowGraph {
 public:
  // The next transaction, in a block of its own unless `height` is given.
  TxIndex add(std::vector<WorldInput> inputs, std::vector<WorldOutput> outputs,
              std::uint32_t height = 0) {
    Tx tx;
    tx.height = height != 0 ? height : static_cast<std::uint32_t>(txs_.size()) + 1;
    tx.shape = {inputs_.size(), outputs_.size(), static_cast<std::uint32_t>(inputs.size()),
                static_cast<std::uint32_t>(outputs.size()), inputs.empty()};
    const auto index = static_cast<TxIndex>(txs_.size());
    for (const auto& in : inputs) {
      inputs_.push_back(in);
      if (in.spent != kNone) outputs_[in.spent].spender = index;
    }
    for (const auto& out : outputs)
      outputs_.push_back({out, index, kNone});
    txs_.push_back(tx);
    return index;
  }
  TxIndex mine(std::vector<WorldOutput> outputs) { return add({}, std::move(outputs)); }
  TxIndex pay(std::vector<OutputId> spent, std::vector<WorldOutput> outputs) {
    std::vector<WorldInput> inputs;
    for (const auto o : spent)
      inputs.push_back({o});
    return add(std::move(inputs), std::move(outputs));
  }
  OutputId out(TxIndex tx, std::uint32_t vout = 0) const {
    return txs_[tx].shape.first_output + vout;
  }
  std::size_t output_count() const { return outputs_.size(); }
  std::size_t tx_count() const { return txs_.size(); }

  FlowShape shape(TxIndex tx) const override { return txs_[tx].shape; }
  void load(TxIndex tx, FlowTx& out) const override {
    out.shape = txs_[tx].shape;
    out.spent.clear();
    out.input_values.clear();
    out.output_values.clear();
    for (std::uint32_t i = 0; i < out.shape.input_count; ++i) {
      const auto& in = inputs_[out.shape.first_input + i];
      out.spent.push_back(in.spent);
      out.input_values.push_back(in.spent != kNone ? outputs_[in.spent].value : in.declared);
    }
    for (std::uint32_t i = 0; i < out.shape.output_count; ++i)
      out.output_values.push_back(outputs_[out.shape.first_output + i].value);
  }
  std::int64_t value(OutputId o) const override { return outputs_[o].value; }
  AddressId address(OutputId o) const override { return outputs_[o].address; }
  AddressId input_address(InputId i) const override {
    return inputs_[i].spent != kNone ? outputs_[inputs_[i].spent].address : inputs_[i].revealed;
  }
  TxIndex creator(OutputId o) const override { return outputs_[o].creator; }
  TxIndex spender(OutputId o) const override { return outputs_[o].spender; }
  bool unspendable(OutputId o) const override { return outputs_[o].burnt; }
  FlowTime when(TxIndex tx) const override {
    return {txs_[tx].height, 1'600'000'000 + 600 * txs_[tx].height};
  }
  std::uint64_t order(TxIndex tx) const override {
    return std::uint64_t{txs_[tx].height} << 32 | tx;
  }
  std::vector<OutputId> received(AddressId address, const TraceWindow& window,
                                 std::uint64_t limit) const override {
    std::vector<OutputId> found;
    for (OutputId o = 0; o < outputs_.size(); ++o)
      if (outputs_[o].address == address && window.holds(when(outputs_[o].creator)))
        found.push_back(o);
    std::stable_sort(found.begin(), found.end(),
                     [&](OutputId a, OutputId b) { return order(creator(a)) < order(creator(b)); });
    found.resize(std::min<std::uint64_t>(found.size(), limit));
    return found;
  }
  std::vector<OutsideSpend> outside_spends(AddressId address, std::uint64_t limit) const override {
    std::vector<OutsideSpend> found;
    for (TxIndex t = 0; t < txs_.size(); ++t) {
      const auto& shape = txs_[t].shape;
      for (auto i = shape.first_input; i < shape.first_input + shape.input_count; ++i)
        if (const auto& in = inputs_[i]; in.spent == kNone && in.revealed == address)
          found.push_back({i, t, in.declared, in.maker == kNone ? (1u << 20) + i : in.maker});
    }
    found.resize(std::min<std::uint64_t>(found.size(), limit));
    return found;
  }

 private:
  struct Tx {
    FlowShape shape;
    std::uint32_t height = 0;
  };
  struct Output : WorldOutput {
    Output(const WorldOutput& out, TxIndex by, TxIndex next)
        : WorldOutput(out), creator(by), spender(next) {}
    TxIndex creator, spender;
  };
  std::vector<Tx> txs_;
  std::vector<WorldInput> inputs_;
  std::vector<Output> outputs_;
};

struct WorldShape {
  int transactions = 60;
  int addresses = 12;
  std::int64_t value_max = 5000;
  int outside_percent = 0;  // of inputs
  bool burn = true;
};

// A random world: some coinbases, then transactions that spend random unspent outputs, now and then
// all to fees, with zero values, unspendable outputs and, if asked for, inputs from outside.
inline World random_world(std::uint64_t seed, const WorldShape& shape = {}) {
  std::mt19937_64 random(seed);
  const auto upto = [&](std::int64_t n) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n + 1));
  };
  World world;
  std::vector<OutputId> unspent;
  const auto address = [&] { return static_cast<AddressId>(upto(shape.addresses - 1)); };
  for (int t = 0; t < shape.transactions; ++t) {
    std::vector<WorldInput> inputs;
    std::int64_t in = 0;
    const bool coinbase = t < 4 || unspent.empty() || upto(9) == 0;
    const auto wanted = coinbase ? 0 : 1 + upto(3);
    for (int i = 0; i < wanted; ++i) {
      if (upto(99) < shape.outside_percent) {
        const auto declared = upto(1) ? upto(shape.value_max) : kUnknownValue;
        inputs.push_back({kNone, declared, upto(1) ? address() : kNoAddress, inputs.size() % 2});
        in += declared == kUnknownValue ? upto(shape.value_max) : declared;
        continue;
      }
      if (unspent.empty()) continue;
      const auto pick =
          static_cast<std::size_t>(upto(static_cast<std::int64_t>(unspent.size()) - 1));
      inputs.push_back({unspent[pick]});
      in += world.value(unspent[pick]);
      unspent.erase(unspent.begin() + static_cast<std::ptrdiff_t>(pick));
    }
    if (inputs.empty()) in = shape.value_max;
    if (!inputs.empty() && upto(2) == 0) in -= upto(std::min<std::int64_t>(in, 40));
    std::vector<WorldOutput> outputs;
    const auto count = 1 + upto(4);
    for (int o = 0; o < count; ++o) {
      const bool burnt = shape.burn && upto(19) == 0;
      const auto value = o + 1 == count ? in : upto(3) == 0 ? 0 : upto(in);
      in -= value;
      outputs.push_back({value, burnt || upto(19) == 0 ? kNoAddress : address(), burnt});
    }
    const auto tx = world.add(inputs, outputs);
    for (std::uint32_t o = 0; o < outputs.size(); ++o)
      if (!outputs[o].burnt) unspent.push_back(world.out(tx, o));
  }
  return world;
}

}  // namespace clew::graph::test
