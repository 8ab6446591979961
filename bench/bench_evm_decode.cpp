// How fast a node's answers about Ethereum's blocks are read and checked:
//   bench_evm_decode FOLDER [--rounds N] [--write FOLDER]
// FOLDER holds recorded answers (NAME.jsonl.gz, one {"request", "response"} a line). Everything is
// read into memory first; of each step the best round counts, in CPU time. --write leaves the same
// answers for the peer. The last line is one JSON document for scripts.
//
// Answers for blocks and for receipts were recorded at different heights, so both sides are
// measured by themselves and a transaction costs what the two cost it. Receipts are held against a
// block made up from them: the work is that of a real one.
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "base/keccak.h"
#include "bench/evm_corpus.h"
#include "bench/measure.h"
#include "chain/evm/account_block.h"
#include "ledger/account/appender.h"

namespace {

using namespace clew;
using namespace clew::bench;
using namespace clew::evm;

struct Arguments {
  std::string folder, write_to;
  int rounds = 60;
};

Arguments parse_arguments(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool option = word == "--rounds" || word == "--write";
    if (option && i + 1 == argc) stop(word + " needs a value");
    if (word == "--rounds") {
      arguments.rounds = std::max(1, std::atoi(argv[++i]));
    } else if (word == "--write") {
      arguments.write_to = argv[++i];
    } else {
      arguments.folder = word;
    }
  }
  if (arguments.folder.empty()) stop("name the folder of recorded answers");
  return arguments;
}

// Seconds of a step's best round. The steps take turns, so that all meet the machine's good times.
struct Step {
  std::function<void()> run;
  double best = 1e9;

  void measure() {
    const double start = cpu_seconds();
    run();
    best = std::min(best, cpu_seconds() - start);
  }
};

// What is hashed, to be hashed alone.
struct Hashed {
  std::vector<RpcBlock> blocks;
  std::vector<RpcReceipts> receipts;
  std::vector<std::vector<ByteView>> transactions, receipt_values;
};

Hashed hashed(const Corpus& corpus) {
  Hashed out;
  RpcBlockReader blocks;
  RpcReceiptsReader receipts;
  for (const std::string& answer : corpus.blocks) {
    must(blocks.read(answer, out.blocks.emplace_back()));
    auto& values = out.transactions.emplace_back();
    for (const Transaction& tx : out.blocks.back().block.transactions)
      values.push_back(tx.raw);
  }
  for (const ReceiptsAnswer& one : corpus.receipts) {
    must(receipts.read(one.answer, one.block, out.receipts.emplace_back()));
    auto& values = out.receipt_values.emplace_back();
    for (const Receipt& receipt : out.receipts.back().receipts.receipts)
      values.push_back(receipt.raw);
  }
  return out;
}

// Everything that a block and its receipts go through, one after the other.
class Reading {
 public:
  explicit Reading(const Corpus& corpus) : corpus_(corpus), hashed_(hashed(corpus)) {}

  void read_blocks(bool check) {
    for (const std::string& answer : corpus_.blocks) {
      must(block_reader_.read(answer, block_));
      if (check) must(check_.check_block(block_.block));
    }
  }
  void read_receipts(bool check) {
    for (const ReceiptsAnswer& one : corpus_.receipts) {
      must(receipts_reader_.read(one.answer, one.block, receipts_));
      if (check) must(check_.check_receipts(one.block, receipts_.receipts));
    }
  }
  void hash_transactions() {
    for (const auto& values : hashed_.transactions) {
      digests_.resize(values.size());
      keccak256_many(values, digests_);
    }
  }
  void compute_roots(bool of_receipts) {
    for (const auto& values : of_receipts ? hashed_.receipt_values : hashed_.transactions)
      root_.compute(values);
  }
  void compute_blooms() {
    for (const RpcReceipts& one : hashed_.receipts) {
      blooms_.hash(one.receipts.logs);
      for (const Receipt& receipt : one.receipts.receipts)
        (void)blooms_.of(receipt.first_log, receipt.log_count);
    }
  }

 private:
  const Corpus& corpus_;
  Hashed hashed_;
  RpcBlockReader block_reader_;
  RpcReceiptsReader receipts_reader_;
  BlockCheck check_;
  RpcBlock block_;
  RpcReceipts receipts_;
  ListRoot root_;
  LogBlooms blooms_;
  std::vector<Hash256> digests_;
};

// Blocks into the columns of a ledger: their transactions and everything that moved, but what
// contracts move, of which these answers do not tell. The recorded receipts go round, so that the
// blocks' transactions have as many logs as those had. Every address and token is new to the
// ledger once a round.
class Columns {
 public:
  explicit Columns(const Corpus& corpus) : hashed_(hashed(corpus)) {
    std::size_t list = 0, place = 0;
    for (const RpcBlock& block : hashed_.blocks) {
      Receipts& out = receipts_.emplace_back();
      for (const Transaction& tx : block.block.transactions) {
        while (place == hashed_.receipts[list].receipts.receipts.size()) {
          list = (list + 1) % hashed_.receipts.size();
          place = 0;
        }
        const Receipts& from = hashed_.receipts[list].receipts;
        Receipt receipt = from.receipts[place++];
        const auto logs = from.logs_of(receipt);
        receipt.first_log = static_cast<std::uint32_t>(out.logs.size());
        receipt.type = tx.type;
        receipt.success = true;
        receipt.post_state.reset();
        receipt.cumulative_gas_used =
            tx.gas_limit / 2 + (out.receipts.empty() ? 0 : out.receipts.back().cumulative_gas_used);
        out.receipts.push_back(receipt);
        out.logs.insert(out.logs.end(), logs.begin(), logs.end());
      }
    }
  }

  void run() {
    account::Appender appender(older_, 1);
    TransferNotes notes;
    transfers_ = 0;
    for (std::size_t i = 0; i < hashed_.blocks.size(); ++i) {
      const RpcBlock& block = hashed_.blocks[i];
      auto ready = must(account_block({.block = block.block,
                                       .senders = block.senders,
                                       .receipts = receipts_[i],
                                       .blob_gas_price = U256(1)},
                                      reader_, block.raw.size(), notes));
      ready.number = i;
      transfers_ += ready.transfers.size();
      appender.append(ready);
    }
  }
  std::size_t transfers() const { return transfers_; }

 private:
  Hashed hashed_;
  std::vector<Receipts> receipts_;
  account::SegmentSet older_;
  TransferReader reader_{*find_chain("ethereum")};
  std::size_t transfers_ = 0;
};

// Permutations a CPU-second at best: short messages of one block each, thousands at a time.
class RawKeccak {
 public:
  void run() { keccak256_many(messages_, digests_); }
  double permutations() const { return static_cast<double>(messages_.size()); }

 private:
  Bytes text_ = Bytes(100, 0x5a);
  std::vector<ByteView> messages_ = std::vector<ByteView>(4096, text_);
  std::vector<Hash256> digests_ = std::vector<Hash256>(4096);
};

// Microseconds a transaction, each step by itself.
struct Costs {
  double all, read, hashes, roots, blooms, columns;
  double keccak_rate;  // permutations a CPU-second
  double transfers;    // a transaction
};

Costs measure(const Corpus& corpus, int rounds) {
  Reading reading(corpus);
  RawKeccak keccak;
  Step blocks{[&] { reading.read_blocks(true); }}, receipts{[&] { reading.read_receipts(true); }};
  Step block_read{[&] { reading.read_blocks(false); }};
  Step receipt_read{[&] { reading.read_receipts(false); }};
  Step hashes{[&] { reading.hash_transactions(); }}, blooms{[&] { reading.compute_blooms(); }};
  Step block_roots{[&] { reading.compute_roots(false); }};
  Step receipt_roots{[&] { reading.compute_roots(true); }};
  Step raw{[&] { keccak.run(); }};
  Columns columns(corpus);
  Step stored{[&] { columns.run(); }};
  for (int i = 0; i < rounds; ++i) {
    for (Step* step : {&blocks, &receipts, &block_read, &receipt_read, &hashes, &blooms,
                       &block_roots, &receipt_roots, &stored, &raw})
      step->measure();
  }
  const double n = 1e-6 * static_cast<double>(corpus.transactions);
  const double m = 1e-6 * static_cast<double>(corpus.receipt_count);
  return {.all = (blocks.best + stored.best) / n + receipts.best / m,
          .read = block_read.best / n + receipt_read.best / m - hashes.best / n,
          .hashes = hashes.best / n,
          .roots = block_roots.best / n + receipt_roots.best / m,
          .blooms = blooms.best / m,
          .columns = stored.best / n,
          .keccak_rate = keccak.permutations() / raw.best,
          .transfers = 1e-6 * static_cast<double>(columns.transfers()) / n};
}

// Averages over what was recorded.
struct Mix {
  explicit Mix(const Corpus& corpus)
      : permutations(average(corpus.block_permutations, corpus.receipt_permutations, corpus)),
        json(average(corpus.block_bytes, corpus.receipt_bytes, corpus)),
        logs(average(0, corpus.logs, corpus)) {}

  double permutations, json, logs;  // a transaction

 private:
  static double average(std::size_t of_blocks, std::size_t of_receipts, const Corpus& corpus) {
    return static_cast<double>(of_blocks) / static_cast<double>(corpus.transactions) +
           static_cast<double>(of_receipts) / static_cast<double>(corpus.receipt_count);
  }
};

void print(const Corpus& corpus, const Mix& mix, const Costs& costs) {
  std::printf(
      "%zu blocks of %zu transactions, %zu lists of %zu receipts with %.2f logs each; "
      "%.0f bytes of JSON a transaction; kernel %s\n",
      corpus.blocks.size(), corpus.transactions, corpus.receipts.size(), corpus.receipt_count,
      mix.logs, mix.json, keccak_kernel());
  const auto line = [](const char* name, double microseconds) {
    std::printf("%-44s %8.2f us a transaction %12.0f /CPU-s\n", name, microseconds,
                1e6 / microseconds);
  };
  line("JSON to blocks and receipts, without hashing", costs.read);
  line("hashes of transactions", costs.hashes);
  line("roots of transactions and receipts", costs.roots);
  line("blooms", costs.blooms);
  line("transfers and columns of the ledger", costs.columns);
  line("all of it, and checks", costs.all);
  line("bound: hashing alone", 1e6 * mix.permutations / costs.keccak_rate);
  std::printf("%.1f permutations a transaction at least; %.2f M/CPU-s at best\n", mix.permutations,
              costs.keccak_rate / 1e6);
}

void print_json(const Corpus& corpus, const Mix& mix, const Costs& costs) {
  std::printf(
      "{\"transactions_per_cpu_s\": %.0f, \"bound\": %.0f, \"kernel\": \"%s\", "
      "\"permutations\": %.2f, \"keccak_per_cpu_s\": %.0f, ",
      1e6 / costs.all, costs.keccak_rate / mix.permutations, keccak_kernel(), mix.permutations,
      costs.keccak_rate);
  std::printf(
      "\"all_us\": %.3f, \"read_us\": %.3f, \"hashes_us\": %.3f, \"roots_us\": %.3f, "
      "\"blooms_us\": %.3f, \"columns_us\": %.3f, \"transfers\": %.2f, ",
      costs.all, costs.read, costs.hashes, costs.roots, costs.blooms, costs.columns,
      costs.transfers);
  std::printf(
      "\"blocks\": %zu, \"transactions\": %zu, \"receipts\": %zu, \"json_bytes\": %.0f, "
      "\"logs\": %.2f}\n",
      corpus.blocks.size(), corpus.transactions, corpus.receipt_count, mix.json, mix.logs);
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = parse_arguments(argc, argv);
  const Corpus corpus = load(arguments.folder);
  if (!arguments.write_to.empty()) write_for_peer(corpus, arguments.write_to);
  const Costs costs = measure(corpus, arguments.rounds);
  const Mix mix(corpus);
  print(corpus, mix, costs);
  print_json(corpus, mix, costs);
}
