// What the entity tests share: ledgers from tiny chains, block files and a node's verbose blocks.
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "chain/bitcoin/verbose_json.h"
#include "graph/entities.h"
#include "ledger/snapshot.h"
#include "ledger/writer.h"
#include "tests/data.h"
#include "tests/tiny_chain.h"

namespace clew::graph::test {

using namespace clew::test;
using Json = nlohmann::json;

// A ledger in a folder of its own.
struct TestLedger {
  TemporaryFolder folder;
  std::string directory() const { return folder.path(); }

  ledger::Snapshot snapshot() const {
    auto opened = ledger::Snapshot::open(folder.path());
    EXPECT_TRUE(opened) << opened.error().message;
    return *opened;
  }
  // The id of an address by its text, or kNoAddress.
  static AddressId id(const ledger::Snapshot& snapshot, const std::string& text) {
    const auto address = bitcoin::decode_address(text, snapshot.chain());
    return address ? snapshot.find_address(*address).value_or(ledger::kNoAddress)
                   : ledger::kNoAddress;
  }
};

using AppendBlocks = std::function<void(ledger::Writer& writer, bitcoin::BlockDecoder& decoder)>;

inline void fill(const TestLedger& ledger, const AppendBlocks& append) {
  auto writer = ledger::Writer::open(ledger.folder.path(), regtest());
  ASSERT_TRUE(writer) << writer.error().message;
  bitcoin::BlockDecoder decoder(regtest(), no_work());
  append(*writer, decoder);
  const auto committed = writer->commit();
  ASSERT_TRUE(committed) << committed.error().message;
}

inline void append(ledger::Writer& writer, const Result<void>& decoded, const bitcoin::Block& block,
                   std::uint32_t height,
                   std::span<const std::optional<bitcoin::SpentOutput>> spent = {}) {
  ASSERT_TRUE(decoded) << decoded.error().message;
  const auto added = writer.append(block, height, spent);
  ASSERT_TRUE(added) << added.error().message;
}

inline void fill_from(const TestLedger& ledger, const TinyChain& chain) {
  fill(ledger, [&](ledger::Writer& writer, bitcoin::BlockDecoder& decoder) {
    bitcoin::Block block;
    for (const TinyBlock& tiny : chain.blocks)
      append(writer, decoder.decode(tiny.raw, block), block, tiny.height);
  });
}

// Records of magic, size and block, in chain order from height 0.
inline void fill_from_blk_file(const TestLedger& ledger, const Bytes& file) {
  fill(ledger, [&](ledger::Writer& writer, bitcoin::BlockDecoder& decoder) {
    bitcoin::Block block;
    std::uint32_t height = 0;
    for (std::size_t at = 0; at + 8 <= file.size();) {
      const auto size = load_le<std::uint32_t>(file.data() + at + 4);
      if (size == 0) break;
      append(writer, decoder.decode(ByteView(file).subspan(at + 8, size), block), block, height++);
      at += 8 + size;
    }
  });
}

inline std::string gunzip(const std::string& path) {
  std::string text;
  gzFile file = gzopen(path.c_str(), "rb");
  EXPECT_NE(file, nullptr) << path;
  if (file == nullptr) return text;
  char buffer[1 << 16];
  for (int got = 0; (got = gzread(file, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  gzclose(file);
  return text;
}

// A line a block, as `getblock` prints it.
inline void fill_from_verbose(const TestLedger& ledger, const std::string& lines) {
  fill(ledger, [&](ledger::Writer& writer, bitcoin::BlockDecoder& decoder) {
    bitcoin::VerboseBlockParser parser;
    for (std::size_t at = 0; at < lines.size();) {
      const std::size_t end = std::min(lines.find('\n', at), lines.size());
      const auto read = parser.parse(std::string_view(lines).substr(at, end - at));
      ASSERT_TRUE(read) << read.error().message;
      bitcoin::Block block;
      const auto decoded = read->header_complete
                               ? decoder.decode(read->raw, block)
                               : decoder.decode_with_stated_hash(read->raw, read->hash, block);
      append(writer, decoded, block, read->height.value(), read->spent);
      at = end + 1;
    }
  });
}

}  // namespace clew::graph::test
