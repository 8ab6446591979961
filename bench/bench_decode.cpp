// How fast blocks are decoded and checked: bench_decode FILE... [--network NAME] [--rounds N]
// A FILE is a block file of a node, with its key in xor.dat beside it if it is obfuscated, or one
// raw block. Everything is read into memory first; printed is the best round, in bytes of blocks
// per second of CPU time. The last line is one JSON document for scripts.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/sha256.h"
#include "bench/measure.h"
#include "chain/bitcoin/block.h"

namespace {

using namespace clew;
using namespace clew::bench;
using namespace clew::bitcoin;

constexpr std::size_t kFrameSize = 8;  // magic and length before each block of a block file

struct Arguments {
  std::vector<std::string> files;
  const ChainParams* chain = &all_chains().front();
  int rounds = 7;
};

// Compressions of 64 bytes: of hashing alone, which no decoder can do without.
struct Compressions {
  std::size_t merkle = 0;   // txids and Merkle root
  std::size_t witness = 0;  // and wtxids and witness root
};

struct Corpus {
  std::vector<Bytes> files;
  std::vector<ByteView> blocks;
  std::size_t bytes = 0;
  std::size_t transactions = 0;
  Compressions compressions;
};

[[noreturn]] void stop(const std::string& why) {
  std::fprintf(stderr, "bench_decode: %s\n", why.c_str());
  std::exit(2);
}

Arguments parse_arguments(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool option = word == "--network" || word == "--rounds";
    if (option && i + 1 == argc) stop(word + " needs a value");
    if (word == "--network") {
      arguments.chain = find_chain(argv[++i]);
      if (arguments.chain == nullptr) stop("unknown network " + std::string(argv[i]));
    } else if (word == "--rounds") {
      arguments.rounds = std::max(1, std::atoi(argv[++i]));
    } else {
      arguments.files.push_back(word);
    }
  }
  if (arguments.files.empty()) stop("name at least one block file");
  return arguments;
}

void split(ByteView file, std::uint32_t magic, std::vector<ByteView>& blocks) {
  if (file.size() < kFrameSize || load_le<std::uint32_t>(file.data()) != magic) {
    blocks.push_back(file);
    return;
  }
  std::size_t at = 0;
  while (at + kFrameSize <= file.size() && load_le<std::uint32_t>(file.data() + at) == magic) {
    const std::size_t size = load_le<std::uint32_t>(file.data() + at + 4);
    at += kFrameSize;
    if (size > file.size() - at) break;
    blocks.push_back(file.subspan(at, size));
    at += size;
  }
}

Bytes read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Bytes read_plain(const std::string& path) {
  Bytes bytes = read(path);
  if (bytes.empty()) stop("cannot read " + path);
  const Bytes key = read(std::filesystem::path(path).replace_filename("xor.dat"));
  if (key.empty()) return bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] ^= key[i % key.size()];
  return bytes;
}

// Double SHA-256 of `size` bytes; the padding of the first takes 9 bytes, the second is one more.
constexpr std::size_t compressions_of(std::size_t size) {
  return (size + 9 + 63) / 64 + 1;
}

// A Merkle tree has about as many inner nodes, of two hashes each, as it has leaves.
void count_compressions(const Block& block, Compressions& sum) {
  constexpr std::size_t kNode = compressions_of(64);
  for (const Transaction& tx : block.transactions) {
    const std::size_t txid = compressions_of(tx.body.size() + 8);
    sum.merkle += txid + kNode;
    sum.witness += txid + 2 * kNode + (tx.has_witness ? compressions_of(tx.raw.size()) : 0);
  }
}

Corpus load(Arguments& arguments) {
  Corpus corpus;
  for (const std::string& path : arguments.files)
    corpus.files.push_back(read_plain(path));
  if (corpus.files.front().size() >= kFrameSize) {
    const ChainParams* named = find_chain_by_magic(load_le<std::uint32_t>(&corpus.files[0][0]));
    if (named != nullptr) arguments.chain = named;
  }
  for (const Bytes& file : corpus.files)
    split(file, arguments.chain->magic, corpus.blocks);
  Block block;
  BlockDecoder decoder(*arguments.chain);
  for (const ByteView raw : corpus.blocks) {
    if (auto decoded = decoder.decode(raw, block); !decoded) stop(decoded.error().message);
    corpus.bytes += raw.size();
    corpus.transactions += block.transactions.size();
    count_compressions(block, corpus.compressions);
  }
  return corpus;
}

struct Rate {
  double megabytes = 0, things = 0;  // a CPU-second
};

Rate rate(const char* name, double seconds, double bytes, std::size_t things) {
  const Rate rate{bytes / seconds / 1e6, static_cast<double>(things) / seconds};
  std::printf("%-44s %8.0f MB/CPU-s %12.0f /CPU-s\n", name, rate.megabytes, rate.things);
  return rate;
}

template <class Body>
double best_of(int rounds, Body body) {
  double best = 1e9;
  for (int i = 0; i < rounds; ++i) {
    const double start = cpu_seconds();
    body();
    best = std::min(best, cpu_seconds() - start);
  }
  return best;
}

Rate measure(const char* name, const Arguments& arguments, const Corpus& corpus,
             DecodeOptions options) {
  BlockDecoder decoder(*arguments.chain, options);
  Block block;
  const double seconds = best_of(arguments.rounds, [&] {
    for (const ByteView raw : corpus.blocks) {
      if (auto decoded = decoder.decode(raw, block); !decoded) stop(decoded.error().message);
    }
  });
  return rate(name, seconds, static_cast<double>(corpus.bytes), corpus.transactions);
}

// The hash function alone, on messages of one size: what the rest is to be held against.
Rate measure_hash(std::size_t message_size, int rounds) {
  constexpr std::size_t kTotal = 32 << 20;
  const Bytes text(kTotal, 0x5a);
  std::vector<ByteView> messages;
  for (std::size_t at = 0; at + message_size <= kTotal; at += message_size) {
    messages.emplace_back(text.data() + at, message_size);
  }
  std::vector<Hash256> out(messages.size());
  const double seconds = best_of(rounds, [&] { double_sha256_many(messages, out); });
  const std::string name = "double SHA-256 of " + std::to_string(message_size) + " bytes";
  return rate(name.c_str(), seconds, static_cast<double>(messages.size() * message_size),
              messages.size());
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments = parse_arguments(argc, argv);
  const Corpus corpus = load(arguments);
  std::printf("%zu blocks, %zu transactions, %.1f MB, mean transaction %.0f bytes, kernel %s\n",
              corpus.blocks.size(), corpus.transactions, static_cast<double>(corpus.bytes) / 1e6,
              static_cast<double>(corpus.bytes) / static_cast<double>(corpus.transactions),
              sha256_kernel());
  for (const std::size_t size : {64, 250, 500})
    measure_hash(size, arguments.rounds);
  constexpr std::size_t kLong = 100000;
  const double compressions =  // a CPU-second, at best
      measure_hash(kLong, arguments.rounds).things * compressions_of(kLong);
  const auto bound = [&](const char* name, std::size_t count) {
    return rate(name, static_cast<double>(count) / compressions, static_cast<double>(corpus.bytes),
                corpus.transactions)
        .megabytes;
  };
  const double merkle_bound =
      bound("bound: hashing alone, Merkle root", corpus.compressions.merkle);
  const double witness_bound = bound("bound: both roots", corpus.compressions.witness);
  const Rate txids = measure("decode + txid", arguments, corpus, {.check_merkle_root = false});
  const Rate merkle = measure("decode + txid + Merkle root + proof of work", arguments, corpus, {});
  const Rate witness =
      measure("the same + wtxid + witness root", arguments, corpus, {.check_witness_root = true});
  std::printf(
      "{\"blocks\": %zu, \"transactions\": %zu, \"bytes\": %zu, \"mean_transaction\": %.0f, "
      "\"kernel\": \"%s\", \"merkle_bound\": %.1f, \"witness_bound\": %.1f, "
      "\"txid\": %.1f, \"merkle\": %.1f, \"witness\": %.1f, "
      "\"merkle_transactions\": %.0f, \"witness_transactions\": %.0f}\n",
      corpus.blocks.size(), corpus.transactions, corpus.bytes,
      static_cast<double>(corpus.bytes) / static_cast<double>(corpus.transactions), sha256_kernel(),
      merkle_bound, witness_bound, txids.megabytes, merkle.megabytes, witness.megabytes,
      merkle.things, witness.things);
}
