// For tests: histories made up from a seed, a provider that serves them, and one that asks it.
#pragma once

#include <gmock/gmock.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "ingest/simulate/rng.h"
#include "ingest/tron/history_collector.h"
#include "ingest/tron/replay/trongrid_server.h"
#include "labels/folder_test_support.h"

namespace clew::providers::test {

using labels::test::Folder;

inline chain::Account account(std::uint64_t number) {
  chain::Account out{};
  for (std::size_t i = 0; i < 8; ++i)
    out[i] = static_cast<std::uint8_t>(simulate::split_mix(number) >> (8 * i));
  return out;
}

inline chain::Account subject() {
  return account(1);
}

constexpr std::uint64_t kFirstTime = 1'600'000'000'000;
constexpr std::uint64_t kBlockMs = 3000;

inline TokenInfo token(std::uint64_t number) {
  return {.contract = account(1'000'000 + number),
          .symbol = "T" + std::to_string(number),
          .name = "Token " + std::to_string(number),
          .decimals = 6};
}

inline Trc20Row row(std::uint64_t transaction, std::uint64_t time_ms, std::uint64_t value = 1) {
  Trc20Row out;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto word = simulate::split_mix(transaction * 4 + i);
    for (std::size_t j = 0; j < 8; ++j)
      out.transaction[8 * i + j] = static_cast<std::uint8_t>(word >> (8 * j));
  }
  out.time_ms = time_ms;
  out.from = subject();
  out.to = account(2 + transaction % 50);
  if (transaction % 3 == 0) std::swap(out.from, out.to);
  out.value = U256(value);
  out.token = token(transaction % 4);
  return out;
}

// Blocks of one to five rows at irregular times; now and then a transaction with a row twice or
// three times, and an approval.
inline std::vector<Trc20Row> history(std::size_t rows, std::uint64_t seed = 1) {
  simulate::Rng rng(seed);
  std::vector<Trc20Row> out;
  std::uint64_t time = kFirstTime, transaction = seed << 32;
  while (out.size() < rows) {
    time += kBlockMs * (1 + rng.below(100));
    for (std::uint64_t in_block = 1 + rng.below(5); in_block > 0 && out.size() < rows; --in_block) {
      Trc20Row one = row(++transaction, time, rng.below(1'000'000));
      one.transfer = !rng.percent(3);
      const std::uint64_t times = rng.percent(10) ? 2 + rng.below(2) : 1;
      for (std::uint64_t i = 0; i < times && out.size() < rows; ++i)
        out.push_back(one);
    }
  }
  return out;
}

inline std::vector<Trc20Row> transfers(std::vector<Trc20Row> rows) {
  std::erase_if(rows, [](const Trc20Row& one) { return !one.transfer; });
  return rows;
}

// All that a row says, to be compared and shown.
inline std::string text(const Trc20Row& one) {
  return std::to_string(one.time_ms) + " " + to_hex(one.transaction).substr(0, 8) + " " +
         to_hex(one.from).substr(0, 6) + ">" + to_hex(one.to).substr(0, 6) + " " +
         one.value.to_decimal() + " " + one.token.symbol;
}
inline std::multiset<std::string> texts(const std::vector<Trc20Row>& rows) {
  std::multiset<std::string> out;
  for (const Trc20Row& one : rows)
    if (one.transfer) out.insert(text(one));
  return out;
}
inline std::vector<Trc20Row> rows_of(const History& history) {
  std::vector<Trc20Row> out;
  for (const HistoryRow& one : history.rows)
    out.push_back({.transaction = one.transaction,
                   .time_ms = one.time_ms,
                   .from = one.from,
                   .to = one.to,
                   .value = one.value,
                   .token = history.tokens.at(one.token)});
  return out;
}
inline std::multiset<std::string> texts(const History& history) {
  return texts(rows_of(history));
}

// Tests wait for nobody.
inline ProviderOptions quick() {
  ProviderOptions options;
  options.back_off = {.first_seconds = 0.01, .max_seconds = 0.02, .asked_seconds_max = 0.02};
  options.answer_seconds = 10;
  return options;
}

class HistoryTest : public testing::Test {
 protected:
  void serve(std::vector<Trc20Row> rows, replay::TronGridOptions options = {}) {
    auto started = replay::TronGridServer::start(options, std::move(rows));
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
    ask_with(quick());
  }
  void ask_with(ProviderOptions options) {
    auto grid = TronGrid::open(server_->url(), std::move(options));
    ASSERT_TRUE(grid) << grid.error().message;
    grid_ = std::make_unique<TronGrid>(std::move(*grid));
  }
  std::string path() const { return folder_ / "tron-history.sqlite"; }
  HistoryStore store() const {
    auto opened = HistoryStore::open(path());
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
  }
  CollectReport collect(const CollectOptions& options = {}) {
    auto opened = store();
    auto report = collect_history(*grid_, opened, subject(), options);
    EXPECT_TRUE(report) << report.error().message;
    return report ? *report : CollectReport();
  }
  HistoryKey key() const { return {grid_->provider().authority(), subject()}; }
  History stored() const {
    auto history = store().read(key());
    EXPECT_TRUE(history) << history.error().message;
    return history ? *history : History();
  }

  Folder folder_;
  std::unique_ptr<replay::TronGridServer> server_;
  std::unique_ptr<TronGrid> grid_;
};

}  // namespace clew::providers::test
