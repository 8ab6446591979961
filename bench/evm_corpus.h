// Recorded answers of nodes about Ethereum's blocks, in memory, for benchmarks. Answers for blocks
// and for receipts were recorded at different heights, so receipts are held against a block made up
// from them: the work is that of a real one.
#pragma once

#include <zlib.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "base/json_cursor.h"
#include "chain/evm/check.h"
#include "chain/evm/rpc_block.h"

namespace clew::bench {

using namespace clew::evm;

struct ReceiptsAnswer {
  std::string answer;
  Block block;  // what they are held against
};

struct Corpus {
  std::vector<std::string> blocks;
  std::vector<ReceiptsAnswer> receipts;
  std::size_t transactions = 0, receipt_count = 0, logs = 0;
  std::size_t block_bytes = 0, receipt_bytes = 0;
  std::size_t block_permutations = 0, receipt_permutations = 0;
};

[[noreturn]] inline void stop(const std::string& why) {
  std::fprintf(stderr, "bench_evm_decode: %s\n", why.c_str());
  std::exit(2);
}

template <class T>
T must(Result<T> result) {
  if (!result) stop(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

inline std::string read_gzip(const std::string& path) {
  const gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) stop("cannot read " + path);
  std::string text;
  std::vector<char> part(1 << 16);
  for (int size; (size = gzread(file, part.data(), static_cast<unsigned>(part.size()))) > 0;)
    text.append(part.data(), static_cast<std::size_t>(size));
  gzclose(file);
  return text;
}

// The answers as the node wrote them, each a view of `text`.
inline std::vector<std::string_view> answers_in(std::string_view text) {
  std::vector<std::string_view> answers;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    JsonCursor json(line);
    must(for_each_field(json, "case", [&](std::string_view key) -> Result<void> {
      if (key != "response") return {};
      const std::size_t start = json.offset();
      if (!json.skip_value()) return json.fail_here(key);
      answers.push_back(line.substr(start, json.offset() - start));
      return {};
    }));
  }
  return answers;
}

constexpr std::size_t permutations_of(std::size_t size) {
  return size / 136 + 1;
}

// At least: values in leaves with a path and two prefixes, and branches of sixteen children.
inline std::size_t permutations_of_trie(const std::vector<ByteView>& values) {
  constexpr std::size_t kLeafMore = 4, kBranch = 16 * 33 + 4;
  std::size_t sum = (values.size() + 13) / 15 * permutations_of(kBranch);
  for (const ByteView value : values)
    sum += permutations_of(value.size() + kLeafMore);
  return sum;
}

inline void add_block(std::string_view answer, std::set<Hash256>& seen, Corpus& corpus) {
  RpcBlockReader reader;
  RpcBlock read;
  if (!reader.read(answer, read)) return;  // without transactions, or null
  const Block& block = read.block;
  if (block.transactions.empty() || !seen.insert(block.hash).second) return;
  std::vector<ByteView> values;
  for (const Transaction& tx : block.transactions) {
    values.push_back(tx.raw);
    corpus.block_permutations += permutations_of(tx.raw.size());
  }
  corpus.block_permutations += permutations_of_trie(values) + permutations_of(600);  // header
  corpus.transactions += values.size();
  corpus.block_bytes += answer.size();
  corpus.blocks.emplace_back(answer);
}

// Of the receipts: hashes of block and transactions as they state them.
inline Result<Block> stated_block(std::string_view answer) {
  Block block;
  JsonCursor json(answer);
  const auto hash_into = [&](Hash256& hash) -> Result<void> {
    std::string_view text;
    const bool fits = json.take_string(text) && text.size() == 2 + 2 * hash.size();
    if (fits && hex_into(text.substr(2), hash.data())) return {};
    return json.fail_here("hash");
  };
  const auto receipt = [&](std::string_view key) -> Result<void> {
    if (key == "blockHash") return hash_into(block.hash);
    if (key == "transactionHash") return hash_into(block.transaction_hashes.emplace_back());
    return {};
  };
  CLEW_CHECK(for_each_field(json, "answer", [&](std::string_view key) -> Result<void> {
    if (key != "result" || json.peek() != '[') return {};
    return for_each_element(json, key, "receipt",
                            [&] { return for_each_field(json, "receipt", receipt); });
  }));
  block.transactions.resize(block.transaction_hashes.size());
  return block;
}

inline void count_receipts(const Receipts& receipts, const std::vector<ByteView>& values,
                           Corpus& corpus) {
  std::set<Bytes> distinct;
  for (const Log& log : receipts.logs) {
    distinct.emplace(log.address.begin(), log.address.end());
    for (const Hash256& topic : log.topic_list())
      distinct.emplace(topic.begin(), topic.end());
  }
  corpus.receipt_permutations += permutations_of_trie(values) + distinct.size();
  corpus.receipt_count += values.size();
  corpus.logs += receipts.logs.size();
}

inline void add_receipts(std::string_view answer, Corpus& corpus) {
  auto stated = stated_block(answer);
  if (!stated || stated->transactions.empty()) return;  // null or empty
  ReceiptsAnswer one{std::string(answer), std::move(*stated)};
  RpcReceiptsReader reader;
  RpcReceipts read;
  must(reader.read(one.answer, one.block, read));
  std::vector<ByteView> values;
  for (const Receipt& receipt : read.receipts.receipts) {
    one.block.transactions[values.size()].type = receipt.type;
    values.push_back(receipt.raw);
    for (std::size_t i = 0; i < receipt.bloom.size(); ++i)
      one.block.header.logs_bloom[i] |= receipt.bloom[i];
    one.block.header.gas_used = receipt.cumulative_gas_used;
  }
  one.block.header.receipts_root = ListRoot().compute(values);
  must(BlockCheck().check_receipts(one.block, read.receipts));
  count_receipts(read.receipts, values, corpus);
  corpus.receipt_bytes += answer.size();
  corpus.receipts.push_back(std::move(one));
}

inline Corpus load(const std::string& folder) {
  Corpus corpus;
  std::set<Hash256> seen;
  for (const char* method : {"eth_getBlockByNumber", "eth_getBlockByHash"}) {
    const std::string text = read_gzip(folder + "/" + method + ".jsonl.gz");
    for (const std::string_view answer : answers_in(text))
      add_block(answer, seen, corpus);
  }
  for (const char* method : {"eth_getBlockReceipts", "erigon_getBlockReceiptsByBlockHash"}) {
    const std::string text = read_gzip(folder + "/" + method + ".jsonl.gz");
    for (const std::string_view answer : answers_in(text))
      add_receipts(answer, corpus);
  }
  if (corpus.blocks.empty() || corpus.receipts.empty()) stop("no whole blocks in " + folder);
  return corpus;
}

inline void write_for_peer(const Corpus& corpus, const std::string& folder) {
  std::ofstream blocks(folder + "/blocks.jsonl"), receipts(folder + "/receipts.jsonl");
  std::ofstream expected(folder + "/expected.txt");
  for (const std::string& answer : corpus.blocks)
    blocks << answer << '\n';
  for (const ReceiptsAnswer& one : corpus.receipts) {
    receipts << one.answer << '\n';
    expected << to_text(one.block.header.receipts_root) << ' '
             << to_text(one.block.header.logs_bloom) << '\n';
  }
  if (!blocks.flush() || !receipts.flush() || !expected.flush()) stop("cannot write to " + folder);
}

}  // namespace clew::bench
