// The tests on real money: the busiest addresses of TRON's first blocks, against the oracle.
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

constexpr std::size_t kBusiest = 10;

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

std::vector<std::string> busiest_of(const std::vector<Payment>& payments) {
  std::map<std::string, std::size_t> counts;
  for (const auto& payment : payments)
    for (const auto& name : std::set{payment.from, payment.to})
      ++counts[name];
  std::vector<std::string> names;
  for (const auto& [name, count] : counts)
    names.push_back(name);
  std::ranges::stable_sort(names, std::greater{}, [&](const auto& name) { return counts[name]; });
  names.resize(std::min(names.size(), kBusiest));
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

TEST(RealHistoryTest, TheBusiestAddressesAgreeWithTheOracle) {
  CLEW_NEED_DATA();
  const auto payments = read_payments();
  const auto names = busiest_of(payments);
  ASSERT_EQ(names.size(), kBusiest);
  EXPECT_EQ(names[0], "TSnjgPDQfuxx72iaPy82v3T8HrsN4GVJzW");
  std::size_t unusual = 0, passed_on = 0;
  std::printf("%-36s %5s %8s %9s %7s %7s\n", "address", "rows", "value", "transfers", "hiding",
              "danger");
  for (const auto& name : names) {
    SCOPED_TRACE(name);
    const auto rows = history_of(name, payments);
    for (const auto method : {ValueMethod::standard, ValueMethod::robust}) {
      const Options options{.value_method = method};
      const auto found = find({0, rows}, options, {});
      ASSERT_TRUE(found) << found.error().message;
      EXPECT_EQ(found->value.total, rows.size());
      expect_values(found->value, rows, options);
      const auto hurried = oracle::rows_in_a_hurry(rows, 0, options);
      EXPECT_EQ(found->transfers.rows, hurried);
      EXPECT_DOUBLE_EQ(found->transfers.score, share(hurried.size(), rows.size()));
      expect_hiding(found->hiding, rows, options);
      EXPECT_TRUE(found->relation.not_run);  // nobody was screened
      const auto& weights = options.coefficients;
      const auto sum = weights.value * found->value.score +
                       weights.transfers * found->transfers.score +
                       weights.hiding * found->hiding.score;
      EXPECT_NEAR(found->weighted_sum, sum, 1e-9);
      EXPECT_NEAR(*found->danger_score, sum / (weights.value + weights.transfers + weights.hiding),
                  1e-9);
      unusual += found->value.rows.size();
      passed_on += found->hiding.pairs.size();
      if (method == ValueMethod::standard)
        std::printf("%-36s %5zu %8.3f %9.3f %7.3f %7.3f\n", name.c_str(), rows.size(),
                    found->value.score, found->transfers.score, found->hiding.score,
                    *found->danger_score);
    }
  }
  EXPECT_GT(unusual, 0u);
  EXPECT_GT(passed_on, 0u);
}

}  // namespace
}  // namespace clew::anomaly
