// Real cases of laundering whose way was followed by hand, mixed with the transfers of thousands of
// other accounts: how much of it traces find, and how many addresses they look at for that.
#include <gtest/gtest.h>
#include <zlib.h>

#include <iostream>
#include <sstream>
#include <unordered_set>

#include "graph/account/trace_origin.h"
#include "graph/account/trace_rank.h"
#include "ledger/account/account_world_test.h"
#include "tests/data.h"
#include "tests/memory_files.h"

namespace clew::account {
namespace {

// Of one chain and asset, in cents.
struct Payment {
  std::uint64_t block = 0, time = 0;
  std::string tx;
  chain::Account from{}, to{};
  std::uint64_t value = 0;
};

// Calls visit(fields) for every line but the first.
template <class Visit>
void read_csv(const std::string& path, Visit&& visit) {
  gzFile file = gzopen(path.c_str(), "rb");
  ASSERT_NE(file, nullptr) << path;
  std::array<char, 4096> line;
  bool heading = true;
  while (gzgets(file, line.data(), static_cast<int>(line.size())) != nullptr) {
    std::vector<std::string> fields;
    std::istringstream text(line.data());
    for (std::string field; std::getline(text, field, ',');)
      fields.push_back(field);
    if (!heading) visit(fields);
    heading = false;
  }
  gzclose(file);
}

std::optional<chain::Account> account_in(const std::string& text) {
  chain::Account account;
  if (text.size() < 42 || !hex_into(std::string_view(text).substr(2, 40), account.data()))
    return std::nullopt;
  return account;
}
std::uint64_t seconds_of(const std::string& text) {
  std::tm parts{};
  return strptime(text.c_str(), "%Y-%m-%d %H:%M:%S", &parts) == nullptr
             ? 0
             : static_cast<std::uint64_t>(timegm(&parts));
}

void add_case(const std::string& name, std::vector<Payment>& payments) {
  read_csv(clew::test::data_dir() + "/cases/mftracer/" + name + "_edges.csv.gz",
           [&](const auto& f) {
             const auto from = account_in(f[3]), to = account_in(f[5]);
             ASSERT_TRUE(from && to && f.size() == 8);
             payments.push_back({std::stoull(f[1]), seconds_of(f[0]), f[2], *from, *to,
                                 static_cast<std::uint64_t>(std::stod(f[7]) * 100)});
           });
}

// The lists of ether that labelled accounts moved; some transactions are in several.
void add_others(std::vector<Payment>& payments) {
  constexpr double kCentsAnEther = 150'000;
  std::unordered_set<std::string> seen;
  read_csv(clew::test::data_dir() + "/ml/account_transactions_train.csv.gz", [&](const auto& f) {
    if (f.size() < 12 || f[11] != "0" || !seen.insert(f[3]).second) return;
    const auto from = account_in(f[5]), to = account_in(f[6]);
    if (!from || !to) return;
    payments.push_back({std::stoull(f[1]), std::stoull(f[2]), f[3], *from, *to,
                        static_cast<std::uint64_t>(std::stod(f[7]) / 1e18 * kCentsAnEther)});
  });
}

// Payments as a ledger of blocks made of a list, numbered without gaps.
Snapshot ledger_of(std::vector<Payment> payments, FileSystem& files) {
  std::stable_sort(payments.begin(), payments.end(),
                   [](const Payment& a, const Payment& b) { return a.block < b.block; });
  auto writer = test::open_writer("ledger", {}, files);
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < payments.size();) {
    chain::AccountBlock block;
    block.number = number++;
    const auto original = payments[i].block;
    block.time = payments[i].time;
    block.parts = chain::kMadeOfList;
    block.hash = test::hash_of("block " + std::to_string(block.number));
    for (; i < payments.size() && payments[i].block == original; ++i) {
      const auto& payment = payments[i];
      const auto hash = test::hash_of(payment.tx);
      if (block.txs.empty() || block.txs.back().hash != hash) {
        const bool again = std::any_of(block.txs.begin(), block.txs.end(),
                                       [&](const auto& tx) { return tx.hash == hash; });
        if (again) continue;
        block.txs.push_back({.hash = hash, .from = payment.from, .to = payment.to});
      }
      chain::Transfer transfer;
      transfer.from = payment.from;
      transfer.to = payment.to;
      transfer.value = U256(payment.value);
      transfer.tx = static_cast<std::uint32_t>(block.txs.size() - 1);
      transfer.place = static_cast<std::uint32_t>(block.transfers.size());
      block.transfers.push_back(transfer);
    }
    const auto appended = writer.append(block);
    EXPECT_TRUE(appended) << appended.error().message;
  }
  EXPECT_TRUE(writer.commit());
  auto snapshot = Snapshot::open("ledger", files);
  EXPECT_TRUE(snapshot) << snapshot.error().message;
  return std::move(*snapshot);
}

// Of those that no transfer names kNoAddress.
std::vector<AddressId> addresses_in(const Snapshot& snapshot, const std::string& name) {
  std::vector<AddressId> ids;
  std::ifstream in(clew::test::data_dir() + "/cases/mftracer/" + name);
  for (std::string line; std::getline(in, line);)
    if (const auto account = account_in(line))
      ids.push_back(snapshot.find_address(*account).value_or(kNoAddress));
  EXPECT_FALSE(ids.empty()) << name;
  return ids;
}

// Of the Harmony bridge's 14 terminals 11 can be reached at all.
constexpr double kRecallLeast = 0.78;

struct Score {
  std::size_t found = 0, of = 0, visited = 0;
  double recall() const { return static_cast<double>(found) / static_cast<double>(of); }
};
Score score(const std::unordered_set<AddressId>& visited, const std::vector<AddressId>& wanted) {
  Score score{0, wanted.size(), visited.size()};
  for (const auto id : wanted)
    score.found += id != kNoAddress && visited.contains(id);
  return score;
}
void print(const std::string& how, const Score& score) {
  std::cout << "  " << how << ": " << score.found << " of " << score.of << " terminals ("
            << static_cast<int>(score.recall() * 1000 + 0.5) / 10.0 << " %), " << score.visited
            << " addresses visited\n";
}

class AccountTraceCasesTest : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Cases, AccountTraceCasesTest, ::testing::Values("54m", "Atomic", "HB"),
                         [](const auto& info) { return "Case" + std::string(info.param); });

TEST_P(AccountTraceCasesTest, TerminalsAreFoundAmongTheTransfersOfOthers) {
  CLEW_NEED_DATA();
  const std::string name = GetParam();
  std::vector<Payment> payments;
  add_case(name, payments);
  add_others(payments);
  ASSERT_GT(payments.size(), 200'000u);
  clew::test::MemoryFiles files;
  const auto snapshot = ledger_of(payments, files);
  const auto sources = addresses_in(snapshot, name + "_sources.txt");
  const auto terminals = addresses_in(snapshot, name + "_terminals.txt");
  ASSERT_EQ(std::count(sources.begin(), sources.end(), kNoAddress), 0);
  const auto origins = origins_of(snapshot, sources, {});
  ASSERT_FALSE(origins.list.empty());
  std::cout << name << ", among " << snapshot.transfer_count() << " transfers\n";
  for (const auto policy :
       {TaintPolicy::poison, TaintPolicy::haircut, TaintPolicy::fifo, TaintPolicy::lifo}) {
    TraceOptions options;
    options.policy = policy;
    options.edges_max = 5'000'000;
    options.keep_transfers = true;
    const auto result = trace(snapshot, origins.list, options);
    ASSERT_TRUE(result) << result.error().message;
    std::unordered_set<AddressId> visited(sources.begin(), sources.end());
    for (const auto& touched : result->transfers_kept)
      visited.insert(touched.hop.to);
    const auto scored = score(visited, terminals);
    print(std::string(graph::name(policy)), scored);
    EXPECT_FALSE(result->edges_exhausted);
    EXPECT_GE(scored.recall(), kRecallLeast);
  }
  const auto ranked = rank(snapshot, origins.list, {.epsilon = 1e-5});
  ASSERT_TRUE(ranked) << ranked.error().message;
  std::unordered_set<AddressId> visited;
  for (const auto& a : ranked->addresses)
    visited.insert(a.address);
  const auto scored = score(visited, terminals);
  print("ttr", scored);
  EXPECT_GE(scored.recall(), kRecallLeast);
}

}  // namespace
}  // namespace clew::account
