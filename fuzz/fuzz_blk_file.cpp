// A file of arbitrary bytes given as a block file: what kind of source it is, which records it
// holds, how they connect, and every block that can be read from it. The first byte says whether a
// key obfuscates it, which network is expected, and whether the rest is taken as it is or as a
// recipe, in which some bytes stand for whole good records and for reserved room.
#include <cstdlib>

#include "ingest/block_index.h"
#include "ingest/block_reader.h"
#include "ingest/network_detection.h"
#include "tests/memory_files.h"

namespace {

using namespace clew;
using namespace clew::ingest;

void require(bool holds) {
  if (!holds) std::abort();
}

Bytes mined(const Hash256& previous, std::uint8_t salt) {
  bitcoin::OwnedTransaction coinbase;
  bitcoin::OwnedInput input;
  input.vout = 0xffffffff;
  input.script = {2, 0x7b, salt};
  coinbase.inputs = {input};
  coinbase.outputs = {{50, {0x51}}};
  bitcoin::Header header;
  header.version = 4;
  header.previous = previous;
  header.bits = 0x207fffff;
  Bytes raw = bitcoin::encode_block(header, {&coinbase, 1});
  for (std::uint32_t nonce = 0;; ++nonce) {
    std::memcpy(raw.data() + 76, &nonce, sizeof nonce);
    const auto head = ByteView(raw).first(bitcoin::kHeaderSize);
    if (bitcoin::proof_of_work_holds(head, *bitcoin::find_chain("regtest"))) return raw;
  }
}

Hash256 hash_of(const Bytes& block) {
  return bitcoin::block_hash(ByteView(block).first(bitcoin::kHeaderSize));
}

// Eight blocks: a chain of five, and a branch of three that leaves it after the second.
const std::vector<Bytes>& good_blocks() {
  static const std::vector<Bytes> blocks = [] {
    std::vector<Bytes> made{mined({}, 0)};
    for (std::uint8_t i = 1; i < 8; ++i)
      made.push_back(mined(hash_of(made[i == 5 ? 1 : i - 1u]), i));
    return made;
  }();
  return blocks;
}

void append_record(Bytes& out, const Bytes& block) {
  append_le(out, bitcoin::find_chain("regtest")->magic);
  append_le(out, static_cast<std::uint32_t>(block.size()));
  out.insert(out.end(), block.begin(), block.end());
}

// 0xF0 to 0xF7: a good record; 0xE0 to 0xEF: that many zeros; 0xD0 to 0xD7: the front of a record.
Bytes follow_recipe(ByteView recipe) {
  Bytes out;
  for (const std::uint8_t byte : recipe) {
    if (out.size() > 4096) break;
    if (byte >= 0xf0 && byte <= 0xf7) {
      append_record(out, good_blocks()[byte & 7]);
    } else if ((byte & 0xf0) == 0xe0) {
      out.resize(out.size() + (byte & 15u), 0);
    } else if (byte >= 0xd0 && byte <= 0xd7) {
      append_record(out, good_blocks()[byte & 7]);
      out.resize(out.size() - 40);
    } else {
      out.push_back(byte);
    }
  }
  return out;
}

void check_tree(const HeaderTree& tree, std::span<const Source> sources) {
  for (NodeId node = 0; node < tree.size(); ++node) {
    const auto& place = tree.place(node);
    require(place.source == 0);
    if (sources[0].kind != SourceKind::text) require(place.offset + place.size <= sources[0].size);
    const NodeId parent = tree.parent(node);
    if (parent != kNoNode && tree.root_index(node) < tree.roots().size())
      require(tree.depth(node) == tree.depth(parent) + 1);
  }
}

// Reads the best branches and takes bad blocks out until nothing bad is left.
void read_best(HeaderTree& tree, BlockReader& reader) {
  ReadBlock read;
  for (std::uint32_t root = 0; root < tree.roots().size(); ++root) {
    for (bool again = true; again;) {
      again = false;
      const NodeId tip = tree.best_tip(root);
      if (tip == kNoNode) break;
      for (const NodeId node : tree.path_to(tip)) {
        if (reader.read(tree.place(node), tree.hash(node), read)) {
          require(read.block.hash == tree.hash(node));
          require(!read.block.transactions.empty());
        } else if (!tree.use_next_copy(node)) {
          require(tree.invalidate(node) > 0);
        }
        again = !tree.valid(node);
        if (again) break;
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr const char* kNetworks[] = {"regtest", "main", "regtest", "test"};
  const auto& chain = *bitcoin::find_chain(kNetworks[data[0] >> 1 & 3]);
  const ByteView rest(data + 1, size - 1);
  Bytes content = (data[0] & 8) != 0 ? follow_recipe(rest) : Bytes(rest.begin(), rest.end());
  test::MemoryFiles files;
  if ((data[0] & 1) != 0) {
    const std::array<std::uint8_t, 8> key{1, 2, 3, 4, 5, 6, 7, data[0]};
    XorKey(key).apply(0, content);
    files.put("/xor.dat", Bytes(key.begin(), key.end()));
  }
  const std::size_t bytes = content.size();
  files.put("/blk00000.dat", std::move(content));

  ProblemLog log;
  const std::vector<std::string> paths{"/blk00000.dat"};
  const auto sources = find_sources(files, paths, log);
  require(sources.has_value() && sources->size() <= 1);
  if (sources->empty()) return 0;
  (void)detect_chain(files, *sources);
  BlockIndex index(chain);
  std::uint64_t done = 0;
  const auto progress = [&](std::uint64_t now) {
    require(now >= done && now <= bytes);
    done = now;
    return true;
  };
  require(index_blocks(files, *sources, chain, progress, index, log));
  require(index.tree.size() + index.tree.copies() == index.records);
  index.tree.link();
  check_tree(index.tree, *sources);
  BlockReader reader(files, *sources, chain, (data[0] & 16) != 0);
  read_best(index.tree, reader);
  require(log.take().size() <= ProblemLog::kPerFileMax + 1);
  return 0;
}
