// What the ledger's tests share: appending tiny chains, and a plain model of what a snapshot must
// answer, kept in maps by text and hash.
#pragma once

#include <gtest/gtest.h>

#include <sstream>

#include "ledger/snapshot.h"
#include "ledger/writer.h"
#include "tests/random_world.h"

namespace clew::ledger::test {

using namespace clew::test;

inline WriterOptions small_segments(std::uint64_t bytes = 2000) {
  return {.segment_bytes_max = bytes, .merge_fan_in = 3, .hash_key = 7};
}

inline void append_all(Writer& writer, const std::vector<TinyBlock>& blocks) {
  bitcoin::BlockDecoder decoder(regtest(), no_work());
  for (const auto& tiny : blocks) {
    bitcoin::Block block;
    ASSERT_TRUE(decoder.decode(tiny.raw, block));
    const auto added = writer.append(block, tiny.height);
    ASSERT_TRUE(added) << added.error().message;
  }
}

inline Writer open_writer(const std::string& directory, WriterOptions options = small_segments(),
                          FileSystem& files = real_files()) {
  auto writer = Writer::open(directory, regtest(), options, files);
  EXPECT_TRUE(writer) << writer.error().message;
  return std::move(*writer);
}

inline void ingest(const std::string& directory, const std::vector<TinyBlock>& blocks,
                   WriterOptions options = small_segments()) {
  auto writer = open_writer(directory, options);
  append_all(writer, blocks);
  const auto committed = writer.commit();
  ASSERT_TRUE(committed) << committed.error().message;
}

inline Snapshot open_snapshot(const std::string& directory) {
  auto snapshot = Snapshot::open(directory);
  EXPECT_TRUE(snapshot) << snapshot.error().message;
  return *snapshot;
}

inline std::string who(const Snapshot& s, AddressId id) {
  return id == kNoAddress ? "-" : s.address_text(id);
}

// Everything the ledger knows, in chain order and without row numbers: equal content gives equal
// text, however it came in.
inline std::string describe(const Snapshot& s) {
  std::ostringstream out;
  out << s.block_count() << ' ' << s.tx_count() << ' ' << s.input_count() << ' ' << s.output_count()
      << ' ' << s.address_count() << ' ' << s.output_value() << '\n';
  if (!s.tip()) return out.str();
  std::map<std::string, std::string> addresses;
  for (auto height = s.first_height(); height <= s.tip()->height; ++height) {
    const auto index = s.find_block_at(height);
    if (!index) continue;
    const auto block = s.block(*index);
    out << height << ' ' << to_display(block.hash) << ' ' << block.size << ' ' << block.weight
        << ' ' << block.header.time << '\n';
    for (TxIndex t = block.first_tx; t < block.first_tx + block.tx_count; ++t) {
      const auto tx = s.tx(t);
      out << ' ' << to_display(s.txid(t)) << ' ' << tx.version << ' ' << tx.lock_time << ' '
          << tx.weight << ' ' << tx.coinbase << tx.has_witness << '\n';
      for (InputId i = tx.first_input; i < tx.first_input + tx.input_count; ++i) {
        const auto value = s.input_value(i);
        out << "  < " << to_display(s.outpoint(i).txid) << ' ' << s.outpoint(i).vout << ' '
            << (value ? std::to_string(*value) : "?") << ' ' << who(s, s.input_address(i)) << ' '
            << s.sequence(i) << '\n';
      }
      for (OutputId o = tx.first_output; o < tx.first_output + tx.output_count; ++o) {
        const auto spender = s.spender(o);
        out << "  > " << s.value(o) << ' ' << who(s, s.output_address(o)) << ' '
            << to_hex(s.output_script(o)) << ' '
            << (spender ? to_display(s.txid(*spender)) : "unspent") << '\n';
        if (s.output_address(o) != kNoAddress) addresses[who(s, s.output_address(o))];
      }
    }
  }
  for (auto& [text, lines] : addresses) {
    const auto address = bitcoin::decode_address(text, s.chain());
    const auto id = address ? s.find_address(*address) : std::nullopt;
    out << text << (id ? "" : " MISSING");
    if (id)
      for (const auto& p : s.history(*id))
        out << ' ' << (p.spends ? '<' : '>') << to_display(s.txid(p.tx)).substr(0, 8);
    out << '\n';
  }
  return out.str();
}

}  // namespace clew::ledger::test
