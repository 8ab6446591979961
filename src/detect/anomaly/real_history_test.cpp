// The tests on real money: the addresses of TRON's first blocks, against the oracle.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "chain/bitcoin/files_test_support.h"
#include "detect/anomaly/oracle_test.h"

namespace clew::anomaly {
namespace {

using nlohmann::json;

// The busiest addresses, and their rows: all, and those anomalous by value and by hurry with the
// default options. Counted outside of this program, in fractions. None passes an amount on.
struct Counted {
  const char* address;
  std::size_t rows, value, transfers;
};
constexpr Counted kBusiest[] = {
    {"TSnjgPDQfuxx72iaPy82v3T8HrsN4GVJzW", 1001, 1, 1000},
    {"TRXnA3LdY5LqFatpLPpyYFYmKyJJCB3ZzR", 658, 1, 658},
    {"TGX6tRfV4CcUH4hbsujqhcL8omACeGu4kQ", 41, 1, 39},
    {"TDQK4Kw2aPbmUqiLybHXkKV1gHPHPKmPsM", 24, 1, 23},
    {"TGPnfvkVkUdyCWmrVGnQ9jFW5Ca1S7XH6h", 19, 1, 19},
    {"TGo9Me13BSagSHXmKZDbZrLaFW9PXYYs3T", 19, 1, 18},
    {"TB16q6kpSEW2WqvTJ9ua7HAoP9ugQ2HdHZ", 16, 1, 15},
    {"TGj1Ej1qRzL9feLTLhjwgxXF4Ct6GTWg2U", 14, 1, 14},
    {"THKJYuUmMKKARNf7s2VT51g5uPY6KEqnat", 12, 0, 12},
    {"TWsm8HtU2A5eEzoT8ev8yaoFjHsXLLrckb", 12, 1, 11},
};

struct Payment {
  std::string from, to;
  std::uint64_t sun = 0;
  std::int64_t time = 0;
};

// Of TRX, in the order of the chain.
std::vector<Payment> read_payments() {
  std::vector<std::tuple<std::uint64_t, std::uint64_t, Payment>> found;
  const auto path = clew::test::data_dir() + "/tron/trx_transfers_0_8000.jsonl.gz";
  for (const auto& line : clew::test::read_gzip_lines(path)) {
    const auto row = json::parse(line);
    if (row.at("to").is_null()) continue;  // nobody is paid
    found.emplace_back(
        row.at("blockId"), row.at("transactionIndex"),
        Payment{row.at("from"), row.at("to"), row.at("value"), row.at("blockTimestamp")});
  }
  std::ranges::stable_sort(
      found, {}, [](const auto& row) { return std::pair(std::get<0>(row), std::get<1>(row)); });
  std::vector<Payment> payments;
  for (auto& row : found)
    payments.push_back(std::move(std::get<2>(row)));
  return payments;
}

// All addresses, the busiest first.
std::vector<std::string> names_by_rows(const std::vector<Payment>& payments) {
  std::map<std::string, std::size_t> counts;
  for (const auto& payment : payments)
    for (const auto& name : std::set{payment.from, payment.to})
      ++counts[name];
  std::vector<std::string> names;
  for (const auto& [name, count] : counts)
    names.push_back(name);
  std::ranges::stable_sort(names, std::greater{}, [&](const auto& name) { return counts[name]; });
  return names;
}

// The subject is account 0, the coin token 0.
std::vector<Row> history_of(const std::string& subject, const std::vector<Payment>& payments) {
  std::map<std::string, std::uint32_t> numbers{{subject, 0}};
  const auto number = [&](const std::string& name) {
    return numbers.emplace(name, static_cast<std::uint32_t>(numbers.size())).first->second;
  };
  std::vector<Row> rows;
  for (const auto& payment : payments) {
    if (payment.from != subject && payment.to != subject) continue;
    Row row{.time = payment.time, .value = U256(payment.sun)};
    row.from = number(payment.from);
    row.to = number(payment.to);
    rows.push_back(row);
  }
  return rows;
}

double share(std::size_t rows, std::size_t of) {
  return of == 0 ? 0 : 100.0 * static_cast<double>(rows) / static_cast<double>(of);
}

void expect_values(const ValueTest& test, const std::vector<Row>& rows, const Options& options) {
  const auto z = oracle::z_of(rows, options.value_method);
  std::vector<std::uint32_t> wanted;
  for (std::uint32_t row = 0; row < rows.size(); ++row)
    if (z[row] < options.minimum_threshold || z[row] > options.maximum_threshold)
      wanted.push_back(row);
  ASSERT_EQ(test.rows, wanted);
  for (std::size_t at = 0; at < wanted.size(); ++at)
    EXPECT_NEAR(test.z[at], static_cast<double>(z[wanted[at]]), 1e-9 * std::fabs(test.z[at]));
  EXPECT_DOUBLE_EQ(test.score, share(wanted.size(), rows.size()));
}

void expect_hiding(const HidingTest& test, const std::vector<Row>& rows, const Options& options) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (const auto& pair : test.pairs)
    pairs.emplace_back(pair.received, pair.sent);
  const auto wanted = oracle::pairs_of(rows, 0, options);
  EXPECT_EQ(pairs, wanted);
  EXPECT_DOUBLE_EQ(test.score, share(2 * wanted.size(), rows.size()));
}

void expect_oracle(const Anomalies& found, const std::vector<Row>& rows, const Options& options) {
  EXPECT_EQ(found.value.total, rows.size());
  expect_values(found.value, rows, options);
  const auto hurried = oracle::rows_in_a_hurry(rows, 0, options);
  EXPECT_EQ(found.transfers.rows, hurried);
  EXPECT_DOUBLE_EQ(found.transfers.score, share(hurried.size(), rows.size()));
  expect_hiding(found.hiding, rows, options);
  EXPECT_TRUE(found.relation.not_run);  // nobody was screened
  const auto& weights = options.coefficients;
  const auto sum = weights.value * found.value.score + weights.transfers * found.transfers.score +
                   weights.hiding * found.hiding.score;
  EXPECT_NEAR(found.weighted_sum, sum, 1e-9);
  EXPECT_NEAR(*found.danger_score, sum / (weights.value + weights.transfers + weights.hiding),
              1e-9);
}

TEST(RealHistoryTest, TheBusiestAddressesAreAsCounted) {
  CLEW_NEED_DATA();
  const auto payments = read_payments();
  const auto names = names_by_rows(payments);
  std::printf("%-36s %5s %8s %9s %7s %7s\n", "address", "rows", "value", "transfers", "hiding",
              "danger");
  for (std::size_t i = 0; i < std::size(kBusiest); ++i) {
    const auto& wanted = kBusiest[i];
    ASSERT_EQ(names[i], wanted.address);
    SCOPED_TRACE(wanted.address);
    const auto rows = history_of(names[i], payments);
    const auto found = find({0, rows}, {}, {});
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(rows.size(), wanted.rows);
    EXPECT_EQ(found->value.rows.size(), wanted.value);
    EXPECT_EQ(found->transfers.rows.size(), wanted.transfers);
    EXPECT_TRUE(found->hiding.pairs.empty());
    expect_oracle(*found, rows, {});
    std::printf("%-36s %5zu %8.3f %9.3f %7.3f %7.3f\n", wanted.address, rows.size(),
                found->value.score, found->transfers.score, found->hiding.score,
                *found->danger_score);
  }
}

TEST(RealHistoryTest, EveryAddressAgreesWithTheOracle) {
  CLEW_NEED_DATA();
  const auto payments = read_payments();
  // The last finds amounts passed on after a week, and where half of them was kept.
  const Options choices[] = {{},
                             {.value_method = ValueMethod::robust},
                             {.time_difference = 7 * 86'400, .hiding_tolerance = 0.5}};
  std::size_t addresses = 0, pairs = 0;
  for (const auto& name : names_by_rows(payments)) {
    SCOPED_TRACE(name);
    const auto rows = history_of(name, payments);
    ++addresses;
    for (const auto& options : choices) {
      const auto found = find({0, rows}, options, {});
      ASSERT_TRUE(found) << found.error().message;
      expect_oracle(*found, rows, options);
      pairs += found->hiding.pairs.size();
    }
  }
  EXPECT_GT(addresses, 1'000u);
  EXPECT_GT(pairs, 10u);
}

}  // namespace
}  // namespace clew::anomaly
