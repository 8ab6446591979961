#include "ingest/tron_node/tron_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "ingest/live/account_ledger.h"
#include "ingest/tron_node/tron_node_test.h"
#include "ingest/tron_node/tron_source.h"
#include "tests/ledger_rows.h"

namespace clew::ingest {
namespace {

using test::json;
using test::World;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint64_t kFirst = test::Node::kFirst;

std::string text_of(const Bytes& bytes) {
  return std::string(bytes.begin(), bytes.end());
}

// As a stream of messages has it.
std::string behind_its_length(const Bytes& message) {
  std::string text;
  auto length = message.size();
  for (; length >= 0x80; length >>= 7)
    text += static_cast<char>(length | 0x80);
  text += static_cast<char>(length);
  return text + text_of(message);
}

class TronFilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = ::testing::TempDir() + "tron_files_" +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
    grow(chain_, kFirst, kFirst + 6);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  // Blocks [from, to) on what is there below, as a node of the same chain has them.
  static void grow(std::vector<World>& chain, std::uint64_t from, std::uint64_t to,
                   std::uint64_t fork = 0) {
    chain.resize(from - kFirst);
    for (auto number = from; number < to; ++number)
      chain.emplace_back(number, chain.empty() ? Hash256{} : chain.back().id(), fork);
  }
  std::string write(const std::string& name, const std::string& text) const {
    const auto path = directory_ + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  std::string write_gzip(const std::string& name, const std::string& text) const {
    const auto path = directory_ + "/" + name;
    gzFile file = gzopen(path.c_str(), "wb");
    EXPECT_EQ(gzwrite(file, text.data(), static_cast<unsigned>(text.size())),
              static_cast<int>(text.size()));
    EXPECT_EQ(gzclose(file), Z_OK);
    return path;
  }
  AccountLedger ledger(const std::string& name) const {
    return AccountLedger(std::move(*account::Writer::open(directory_ + "/" + name, kNetwork)));
  }
  TronFilesReport ingest(const std::vector<std::string>& paths, const std::string& name = "ledger",
                         FollowOptions options = {}) const {
    auto to = ledger(name);
    auto report = ingest_tron_files(paths, to, options);
    EXPECT_TRUE(report) << report.error().message;
    return std::move(*report);
  }
  std::string rows(const std::string& name = "ledger") const {
    const auto snapshot = account::Snapshot::open(directory_ + "/" + name);
    EXPECT_TRUE(snapshot);
    std::ostringstream out;
    account::test::Rows(*snapshot, out).print();
    return out.str();
  }
  std::string rows_from_a_node() const {
    test::Node node;
    node.grow(kFirst, kFirst + chain_.size());
    TronSourceOptions options;
    options.pool.patience_seconds = 20;
    const auto source = TronSource::open({node.url()}, options);
    auto to = ledger("of_node");
    FollowOptions following;
    following.from = kFirst;
    EXPECT_THAT(follow(**source, to, following)->problems, IsEmpty());
    return rows("of_node");
  }
  std::string lines(bool infos = true) const {
    std::string text;
    for (const auto& world : chain_) {
      text += world.block_json().dump() + "\n";
      if (infos) text += world.infos_json().dump() + "\n";
    }
    return text;
  }

  static constexpr const char* kNetwork = "evm:728126428";
  std::string directory_;
  std::vector<World> chain_;
};

TEST_F(TronFilesTest, EveryFormGivesTheRowsThatANodeGives) {
  const auto wanted = rows_from_a_node();
  json blocks = json::array(), infos = json::array(), both = json::array();
  std::string messages, backwards;
  for (const auto& world : chain_) {
    blocks.push_back(world.block_json());
    infos.push_back(world.infos_json());
    both.push_back({{"block", world.block_json()}, {"infos", world.infos_json()}});
    messages += behind_its_length(world.block_message());
    messages += behind_its_length(world.infos_message());
    backwards.insert(
        0, json{{"result", world.block_json()}}.dump() + "\n" + world.infos_json().dump() + "\n");
  }
  const auto message = write("0.pb", text_of(chain_[0].block_message()));
  const auto info_message = write("1.pb", text_of(chain_[0].infos_message()));
  const std::vector<std::pair<const char*, std::vector<std::string>>> forms = {
      {"lines", {write("a.jsonl", lines())}},
      {"gzip", {write_gzip("a.jsonl.gz", lines())}},
      {"arrays", {write("b.json", blocks.dump()), write("c.json", infos.dump())}},
      {"printed over lines", {write("d.json", both.dump(2))}},
      {"getblockbylimitnext",
       {write("e.json", json{{"block", blocks}}.dump(1)), write("f.json", infos.dump())}},
      {"backwards", {write("g.jsonl", backwards)}},
      {"messages", {write("h.pb", messages)}},
      {"packed messages", {write_gzip("h.pb.gz", messages)}},
      {"one message a file, the rest lines", {write("a.jsonl", lines()), message, info_message}},
  };
  for (const auto& [name, paths] : forms) {
    SCOPED_TRACE(name);
    const auto report = ingest(paths, name);
    EXPECT_THAT(report.follow.problems, IsEmpty());
    EXPECT_EQ(report.follow.added, chain_.size());
    EXPECT_EQ(report.follow.transactions, 4 * chain_.size());
    EXPECT_EQ(rows(name), wanted);
    const auto again = ingest(paths, name);
    EXPECT_EQ(again.follow.added, 0u);
    EXPECT_EQ(again.follow.already_there, chain_.size());
    EXPECT_THAT(again.follow.problems, IsEmpty());
    EXPECT_EQ(rows(name), wanted);
  }
}

TEST_F(TronFilesTest, ABlockWithoutInfosSaysThatItLacksThem) {
  const auto report = ingest({write("a.jsonl", lines(false))});
  EXPECT_THAT(report.follow.problems, IsEmpty());
  const auto snapshot = account::Snapshot::open(directory_ + "/ledger");
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->block_count(), 6u);
  // What transactions pay stands in themselves: 5 TRX, and 7 sun of the call.
  EXPECT_EQ(snapshot->transfer_count(), 2u * 6);
  for (std::uint32_t number = kFirst; number < kFirst + 6; ++number)
    EXPECT_EQ(snapshot->parts_of(*snapshot->find_block_at(number)), 0);
}

TEST_F(TronFilesTest, ABadBlockIsNamedAndTheRestIsStored) {
  struct Case {
    const char* name;
    std::function<void(json&, json&)> spoil;
    const char* reason;
  };
  const std::vector<Case> cases = {
      {"root", [](json& block, json&) { block["transactions"].erase(0); }, "not the root"},
      {"id", [](json& block, json&) { block["block_header"]["raw_data"]["timestamp"] = 1; },
       "not the hash of the header"},
      {"txid", [](json& block, json&) { block["transactions"][1]["txID"] = std::string(64, 'a'); },
       "line 5: block 1002: transaction 1: \"txID\": not the hash of raw_data_hex"},
      {"infos", [](json&, json& infos) { infos.erase(3); }, "3 transaction infos for 4"},
      {"mixed", [](json&, json& infos) { std::swap(infos[1], infos[2]); }, "another transaction"},
      {"log", [](json&, json& infos) { infos[1]["log"][0]["topics"][0] = "xy"; }, "infos in"},
  };
  for (const auto& [name, spoil, reason] : cases) {
    SCOPED_TRACE(name);
    std::string text;
    for (const auto& world : chain_) {
      auto block = world.block_json(), infos = world.infos_json();
      if (world.id() == chain_[2].id()) spoil(block, infos);
      text += block.dump() + "\n" + infos.dump() + "\n";
    }
    const auto path = write(std::string(name) + ".jsonl", text);
    const auto report = ingest({path}, name);
    ASSERT_EQ(report.follow.problems.size(), 1u);
    EXPECT_THAT(report.follow.problems[0], HasSubstr(path + ": line 5: block 1002: "));
    EXPECT_THAT(report.follow.problems[0], HasSubstr(reason));
    EXPECT_EQ(report.follow.added, 5u);
    // The whole file fills the gap.
    const auto mended = ingest({write("whole.jsonl", lines())}, name);
    EXPECT_THAT(mended.follow.problems, IsEmpty());
    EXPECT_EQ(mended.follow.added, 1u);
    EXPECT_EQ(rows(name), rows_from_a_node());
  }
}

TEST_F(TronFilesTest, DamagedFilesAreNamedByPlaceAndReadUpToThere) {
  const auto text = lines();
  const auto cut = write("cut.jsonl", text.substr(0, text.size() - 9));
  EXPECT_THAT(ingest({cut}, "a").follow.problems, ElementsAre(HasSubstr(cut + ": line 12: ")));
  const auto other = write("other.jsonl", "{\"x\":1}\n" + text + "[1]\n7\n");
  EXPECT_THAT(ingest({other}, "b").follow.problems,
              ElementsAre(HasSubstr("line 1: neither a block"), HasSubstr("line 14: element 0"),
                          HasSubstr("line 15: ")));
  EXPECT_EQ(rows("b"), rows_from_a_node());

  std::string messages;
  for (const auto& world : chain_)
    messages += behind_its_length(world.block_message());
  const auto pb = write("cut.pb", messages.substr(0, messages.size() - 1));
  auto report = ingest({pb}, "c");
  EXPECT_EQ(report.follow.added, 5u);
  const auto at = messages.size() / 6 * 5;
  EXPECT_THAT(report.follow.problems,
              ElementsAre(pb + ": byte " + std::to_string(at) +
                          ": the message is cut off; the rest of the file is not read"));
  const auto huge = write("huge.pb", std::string(9, '\xff') + "\x01");
  EXPECT_THAT(ingest({huge}, "d").follow.problems, ElementsAre(HasSubstr("no length")));
  EXPECT_THAT(ingest({write("empty", "")}, "e").follow.problems,
              ElementsAre(HasSubstr("the file is empty")));
  messages[messages.size() / 6 * 2 + 40] ^= 1;
  report = ingest({write("flipped.pb", messages)}, "f");
  EXPECT_EQ(report.follow.added, 5u);
  EXPECT_THAT(report.follow.problems, ElementsAre(HasSubstr("flipped.pb: byte ")));

  auto to = ledger("g");
  EXPECT_FALSE(ingest_tron_files({directory_ + "/none"}, to, {}));
  const auto packed = write_gzip("whole.gz", text);
  std::filesystem::resize_file(packed, std::filesystem::file_size(packed) / 2);
  EXPECT_THAT(ingest({packed}, "h").follow.problems, ElementsAre(HasSubstr("gzip: cut off")));
}

TEST_F(TronFilesTest, InfosOfNoBlockAreTold) {
  const auto path = write("infos.jsonl", chain_[3].infos_json().dump() + "\n[]\n");
  const auto report = ingest({path});
  EXPECT_THAT(report.follow.problems,
              ElementsAre(path + ": line 1: infos of block 1003, which is in none of the files"));
  json mixed = {chain_[1].infos_json()[0], chain_[2].infos_json()[0]};
  EXPECT_THAT(ingest({write("mixed.json", mixed.dump())}).follow.problems,
              ElementsAre(HasSubstr("not of one block")));
  EXPECT_THAT(ingest({write("one.json", chain_[1].infos_json()[0].dump())}).follow.problems,
              ElementsAre(HasSubstr("an info of one transaction")));
}

TEST_F(TronFilesTest, ALongerBranchReplacesAnother) {
  auto branch = chain_;
  grow(branch, kFirst + 4, kFirst + 8, 1);
  std::string text;
  for (std::size_t i = 4; i < branch.size(); ++i)
    text += branch[i].block_json().dump() + "\n" + branch[i].infos_json().dump() + "\n";
  const auto whole = write("whole.jsonl", lines()), other = write("other.jsonl", text);
  const auto report = ingest({whole, other});
  EXPECT_THAT(report.follow.problems, IsEmpty());
  EXPECT_EQ(report.follow.unwound, 2u);
  EXPECT_EQ(report.stale, 2u);
  EXPECT_EQ(report.follow.tip->hash, branch.back().id());
  // Alone, the shorter branch is not what the ledger holds.
  EXPECT_THAT(ingest({whole}).follow.problems,
              ElementsAre(HasSubstr("line 9: block 1004"), HasSubstr("the ledger holds another")));
}

TEST_F(TronFilesTest, BlocksThatDoNotLinkAreRefused) {
  std::vector<World> other;
  grow(other, kFirst, kFirst + 6, 1);
  const auto path =
      write("a.jsonl", chain_[0].block_json().dump() + "\n" + other[1].block_json().dump() + "\n");
  const auto report = ingest({path});
  EXPECT_EQ(report.follow.added, 1u);
  EXPECT_THAT(report.follow.problems, ElementsAre(HasSubstr("which the next one follows")));
}

TEST_F(TronFilesTest, WhatTheLedgerCannotTakeIsAProblemAndNoMore) {
  const auto whole = write("whole.jsonl", lines());
  FollowOptions above;
  above.from = kFirst + 3;
  ingest({whole}, "ledger", above);
  std::vector<World> other;
  grow(other, kFirst, kFirst + 3, 1);
  std::string text;
  for (const auto& world : other)
    text += world.block_json().dump() + "\n";
  const auto path = write("other.jsonl", text);
  auto report = ingest({path});
  EXPECT_EQ(report.follow.added, 2u);
  EXPECT_THAT(report.follow.problems,
              ElementsAre(AllOf(HasSubstr(path + ": line 3: "),
                                HasSubstr("not the one that the block above follows"))));
  const auto far = write("far.json", World(std::uint64_t{1} << 40).block_json().dump());
  report = ingest({far, whole}, "far");
  EXPECT_EQ(report.follow.added, 6u);
  EXPECT_THAT(report.follow.problems, ElementsAre(HasSubstr(far + ": line 1: ")));
}

TEST_F(TronFilesTest, RangesAndGaps) {
  const auto path = write("a.jsonl", lines());
  FollowOptions options;
  options.from = kFirst + 1;
  options.to = kFirst + 2;
  EXPECT_EQ(ingest({path}, "ledger", options).follow.added, 2u);
  options.from = options.to = kFirst + 5;
  EXPECT_EQ(ingest({path}, "ledger", options).follow.added, 1u);
  const auto rest = ingest({path});
  EXPECT_EQ(rest.follow.added, 3u);
  EXPECT_EQ(rest.follow.already_there, 3u);
  EXPECT_EQ(rows(), rows_from_a_node());
  options.from = options.to = kFirst + 6;
  EXPECT_THAT(ingest({path}, "ledger", options).follow.problems,
              ElementsAre(HasSubstr("no block of those")));
  EXPECT_THAT(ingest({write("none.json", "[]")}, "none").follow.problems,
              ElementsAre(HasSubstr("no block of those")));
}

TEST_F(TronFilesTest, StopsWhenAskedTo) {
  const std::atomic<bool> stop = true;
  FollowOptions options;
  options.stop = &stop;
  const auto report = ingest({write("a.jsonl", lines())}, "ledger", options);
  EXPECT_TRUE(report.follow.interrupted);
  EXPECT_EQ(report.follow.added, 0u);
  EXPECT_THAT(report.follow.problems, IsEmpty());
}

}  // namespace
}  // namespace clew::ingest
