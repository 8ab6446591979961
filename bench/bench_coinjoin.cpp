// CoinJoin recognition: transactions judged per CPU-second, of which 3 % have a round's shape.
//   bench_coinjoin [--transactions N]
// "quick tests" is what a scan asks of every transaction (counts, then output values); "recognise"
// includes filling the shape for those that pass. The last line is one JSON document for scripts.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include "bench/measure.h"
#include "detect/coinjoin.h"

namespace {

using clew::bench::cpu_seconds;
using clew::bitcoin::ScriptType;
using clew::detect::TxShape;

// Values in columns, as a ledger has them.
struct Sample {
  std::vector<std::uint32_t> inputs, outputs;  // counts, one a transaction
  std::vector<std::int64_t> input_values, output_values;
};

void add_plain(Sample& sample, std::mt19937_64& random) {
  const auto inputs = static_cast<std::uint32_t>(random() % 10 < 7 ? 1 : 1 + random() % 6);
  const auto outputs = static_cast<std::uint32_t>(random() % 10 < 8 ? 2 : 1 + random() % 20);
  sample.inputs.push_back(inputs);
  sample.outputs.push_back(outputs);
  for (std::uint32_t i = 0; i < inputs; ++i)
    sample.input_values.push_back(static_cast<std::int64_t>(random() % 1'000'000'000));
  for (std::uint32_t i = 0; i < outputs; ++i)
    sample.output_values.push_back(static_cast<std::int64_t>(random() % 1'000'000'000));
}

void add_round(Sample& sample, std::mt19937_64& random) {
  const auto peers = static_cast<std::uint32_t>(5 + random() % 60);
  sample.inputs.push_back(peers);
  sample.outputs.push_back(2 * peers);
  for (std::uint32_t i = 0; i < peers; ++i) {
    const auto change = static_cast<std::int64_t>(50'000 + random() % 90'000'000);
    sample.input_values.push_back(10'400'000 + change);
    sample.output_values.push_back(10'400'000);
    sample.output_values.push_back(change - 3'000);
  }
}

Sample make_sample(std::size_t transactions) {
  Sample sample;
  std::mt19937_64 random(11);
  for (std::size_t i = 0; i < transactions; ++i)
    i % 33 == 0 ? add_round(sample, random) : add_plain(sample, random);
  return sample;
}

struct Result {
  std::size_t passed = 0, recognised = 0;
  double seconds = 0;
};

void fill(TxShape& shape, const Sample& sample, std::size_t tx, std::size_t in, std::size_t out) {
  shape.clear();
  std::uint32_t owner = 0;
  for (std::uint32_t i = 0; i < sample.inputs[tx]; ++i)
    shape.inputs.push_back({sample.input_values[in + i], ScriptType::p2wpkh, owner++});
  for (std::uint32_t i = 0; i < sample.outputs[tx]; ++i)
    shape.outputs.push_back({sample.output_values[out + i], ScriptType::p2wpkh, owner++, false});
}

Result run(const Sample& sample, bool judge) {
  Result result;
  TxShape shape;
  std::vector<std::int64_t> values;
  const double start = cpu_seconds();
  for (std::size_t tx = 0, in = 0, out = 0; tx < sample.inputs.size();
       in += sample.inputs[tx], out += sample.outputs[tx], ++tx) {
    if (!clew::detect::may_be_coinjoin(sample.inputs[tx], sample.outputs[tx])) continue;
    values.assign(
        sample.output_values.begin() + static_cast<std::ptrdiff_t>(out),
        sample.output_values.begin() + static_cast<std::ptrdiff_t>(out + sample.outputs[tx]));
    if (!clew::detect::may_be_coinjoin(values)) continue;
    ++result.passed;
    if (!judge) continue;
    fill(shape, sample, tx, in, out);
    result.recognised += clew::detect::recognise(shape).has_value();
  }
  result.seconds = cpu_seconds() - start;
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t transactions = 2'000'000;
  for (int i = 1; i + 1 < argc; i += 2)
    if (std::strcmp(argv[i], "--transactions") == 0)
      transactions = std::strtoull(argv[i + 1], nullptr, 10);
  const Sample sample = make_sample(transactions);
  const Result quick = run(sample, false), full = run(sample, true);
  const double count = static_cast<double>(transactions);
  std::printf("%zu transactions, %zu pass the quick tests, %zu recognised\n", transactions,
              quick.passed, full.recognised);
  std::printf("quick tests  %8.2f M transactions/CPU-s\n", count / quick.seconds / 1e6);
  std::printf("recognise    %8.2f M transactions/CPU-s\n", count / full.seconds / 1e6);
  std::printf("{\"transactions\": %zu, \"quick_per_cpu_s\": %.0f, \"recognise_per_cpu_s\": %.0f}\n",
              transactions, count / quick.seconds, count / full.seconds);
}
