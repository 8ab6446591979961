// The four tests of one address's history: CPU-seconds, all together and each by itself.
//   bench_anomaly [--rows N] [--runs N] [--write FILE], of at least 20 rows
// The history is that of a busy address. --write keeps it for a peer, 32 bytes a row: time and
// amount of 64 bits, from, to, token and nothing of 32. The last line is one JSON document for
// scripts, with what was found, so that a peer can be held against it.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include "bench/measure.h"
#include "detect/anomaly/rules.h"

namespace {

using clew::U256;
using namespace clew::anomaly;

constexpr std::uint32_t kSubject = 0, kTokens = 20;
constexpr std::uint32_t kListedEvery = 5'000;  // accounts

// As many as numbers allow, or this.
std::uint32_t accounts_among(std::size_t rows) {
  return static_cast<std::uint32_t>(std::min<std::size_t>(rows, 200'000));
}

// Whom it deals with: some often, most seldom.
std::uint32_t an_account(std::mt19937_64& random, std::uint32_t accounts) {
  const std::uint64_t range = std::max<std::uint64_t>(1, accounts >> (random() % 16));
  return 1 + static_cast<std::uint32_t>(random() % range);
}

// A third are round, the others of any size below a trillion units.
std::uint64_t an_amount(std::mt19937_64& random) {
  if (random() % 3 == 0) return (1 + random() % 100) * 100'000'000;
  return random() % (std::uint64_t{1} << (20 + random() % 20));
}

// A sixth of the rows pass on what one of the last hundred brought, half of them less a fee. The
// others move an amount either way; one in a hundred is a transfer to oneself or of nothing.
std::vector<Row> make_rows(std::size_t count) {
  std::vector<Row> rows;
  rows.reserve(count);
  std::mt19937_64 random(17);
  std::int64_t time = 1'600'000'000;
  while (rows.size() < count) {
    time += static_cast<std::int64_t>(random() % 60);
    const std::uint32_t other = an_account(random, accounts_among(count));
    const std::uint64_t kind = random() % 600;
    if (kind < 100 && rows.size() > 100) {
      const Row& earlier = rows[rows.size() - 1 - random() % 100];
      const std::uint64_t whole = earlier.value.low_u64();
      const std::uint64_t fee = random() % 2 == 0 ? 0 : whole / 200;
      rows.push_back({time, U256(whole - fee), kSubject, other, earlier.token});
      continue;
    }
    const auto token = static_cast<std::uint32_t>(random() % 5 == 0 ? random() % kTokens : 0);
    Row row{time, U256(an_amount(random)), other, kSubject, token};
    if (kind < 350) std::swap(row.from, row.to);
    if (kind >= 597) row.from = row.to = kSubject;
    if (kind == 350 || kind == 351) row.value = U256();
    rows.push_back(row);
  }
  return rows;
}

bool write(const std::vector<Row>& rows, const char* path) {
  std::FILE* file = std::fopen(path, "wb");
  if (file == nullptr) return false;
  bool fine = true;
  for (const auto& row : rows) {
    const struct {
      std::int64_t time;
      std::uint64_t value;
      std::uint32_t from, to, token, nothing;
    } kept{row.time, row.value.low_u64(), row.from, row.to, row.token, 0};
    fine = fine && std::fwrite(&kept, sizeof kept, 1, file) == 1;
  }
  return std::fclose(file) == 0 && fine;
}

struct Times {
  std::vector<double> all, order, value, robust, transfers, hiding, relation;
};

template <class Run>
void timed(std::vector<double>& seconds, Run&& run) {
  const double start = clew::bench::cpu_seconds();
  run();
  seconds.push_back(clew::bench::cpu_seconds() - start);
}

void print(const Times& times, const Anomalies& found, std::size_t rows) {
  const auto best = [](const std::vector<double>& seconds) {
    return clew::bench::percentile(seconds, 0);
  };
  std::uint64_t received = 0, sent = 0;
  for (const auto& pair : found.hiding.pairs) {
    received += pair.received;
    sent += pair.sent;
  }
  double z = 0;
  for (const double one : found.value.z)
    z += one;
  std::printf("%zu rows: %.3f CPU-s, median run %.3f\n", rows, best(times.all),
              clew::bench::median(times.all));
  std::printf("order %.3f, value %.3f (robust %.3f), transfers %.3f, hiding %.3f, relation %.3f\n",
              best(times.order), best(times.value), best(times.robust), best(times.transfers),
              best(times.hiding), best(times.relation));
  std::printf(
      "{\"rows\": %zu, \"seconds\": %.6f, \"median_seconds\": %.6f, \"order_s\": %.6f, "
      "\"value_s\": %.6f, \"robust_s\": %.6f, \"transfers_s\": %.6f, \"hiding_s\": %.6f, "
      "\"relation_s\": %.6f, \"listed_every\": %u, \"found\": {\"value\": %zu, \"z_sum\": %.17g, "
      "\"transfers\": %zu, \"pairs\": %zu, \"received_sum\": %llu, \"sent_sum\": %llu, "
      "\"relation\": %zu, \"danger_score\": %.17g}}\n",
      rows, best(times.all), clew::bench::median(times.all), best(times.order), best(times.value),
      best(times.robust), best(times.transfers), best(times.hiding), best(times.relation),
      kListedEvery, found.value.rows.size(), z, found.transfers.rows.size(),
      found.hiding.pairs.size(), static_cast<unsigned long long>(received),
      static_cast<unsigned long long>(sent), found.relation.rows.size(), *found.danger_score);
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t count = 1'000'000, runs = 7;
  const char* path = nullptr;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--rows") == 0) count = std::strtoull(argv[i + 1], nullptr, 10);
    if (std::strcmp(argv[i], "--runs") == 0) runs = std::strtoull(argv[i + 1], nullptr, 10);
    if (std::strcmp(argv[i], "--write") == 0) path = argv[i + 1];
  }
  const auto rows = make_rows(count);
  if (path != nullptr && !write(rows, path)) {
    std::fprintf(stderr, "error: %s cannot be written\n", path);
    return 1;
  }
  const History history{kSubject, rows};
  const std::uint32_t accounts = accounts_among(count);
  Screening screening{std::vector<Standing>(accounts + 1, Standing::clear), ""};
  for (std::uint32_t account = kListedEvery; account <= accounts; account += kListedEvery)
    screening.accounts[account] = Standing::listed;
  const Options options, robust{.value_method = ValueMethod::robust};
  Times times;
  clew::Result<Anomalies> found;
  for (std::size_t run = 0; run < runs || run == 0; ++run) {
    timed(times.all, [&] { found = find(history, options, screening); });
    if (!found) {
      std::fprintf(stderr, "error: %s\n", found.error().message.c_str());
      return 1;
    }
    std::optional<AmountOrder> order;
    timed(times.order, [&] { order.emplace(history); });
    timed(times.value, [&] { value_test(history, *order, options); });
    timed(times.robust, [&] { value_test(history, *order, robust); });
    timed(times.transfers, [&] { transfers_test(history, options); });
    timed(times.hiding, [&] { hiding_test(history, *order, options); });
    timed(times.relation, [&] { relation_test(history, screening); });
  }
  print(times, *found, count);
}
