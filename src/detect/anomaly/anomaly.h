// Four tests for signs of laundering in the history of one address, and the danger score made of
// them. Any chain fits, because accounts and tokens are numbers that the caller gives. Nothing is
// read or asked here: the history and what screening found come with the call. Formulae, their
// sources, an example worked by hand and the limits of each test: docs/anomalies.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/u256.h"

namespace clew::anomaly {

// One transfer of a token, from or to the subject or both.
struct Row {
  std::int64_t time = 0;  // seconds since 1970
  U256 value;             // in the token's smallest unit
  std::uint32_t from = 0, to = 0, token = 0;
};

// Accounts and tokens are numbered from 0, in any order and without holes, so that no account has a
// number above that of rows, and no token one as high.
struct History {
  std::uint32_t subject = 0;
  std::span<const Row> rows;  // in order of time; those of one second in the order they happened
  // Why times cannot be relied on; not empty: the tests of transfers and of hiding do not run.
  std::string why_untimed;
};

enum class ValueMethod : std::uint8_t {
  standard,  // mean and population standard deviation
  robust,    // median and median absolute deviation, which outliers do not move
};

// What each test weighs in the score, from 0 to kCoefficientMax. A test that weighs nothing runs.
struct Coefficients {
  double value = 0.3, transfers = 0.4, hiding = 0.5, relation = 0.6;
};
constexpr double kCoefficientMax = 1e9;

struct Options {
  double minimum_threshold = -2, maximum_threshold = 3;  // of Z; the first is not above the second
  std::int64_t time_difference = 13'000;                 // seconds, not negative
  Coefficients coefficients;
  ValueMethod value_method = ValueMethod::standard;
  // How much of what was received may be missing from what is sent on, as a share from 0 to below
  // 1, of which nine decimals count. One in a hundred covers the fees of most chains where they are
  // taken out of the amount, and what couriers of money commonly keep.
  double hiding_tolerance = 0.01;
};

// Refuses, as a usage error that begins with the field's name, what the comments above rule out,
// and numbers that are not finite: a caller can ask before it collects a history.
Result<void> check(const Options& options);

// What screening said of an account.
enum class Standing : std::uint8_t { unknown, clear, listed };
struct Screening {
  std::vector<Standing> accounts;  // by number; those beyond its end are unknown
  std::string why_unknown;         // said if that keeps the test from an answer
};
// Whom the relation test wants to know of: the subject, then its counterparties as they come.
// Refuses the histories that `find` refuses.
Result<std::vector<std::uint32_t>> accounts_to_screen(const History& history);

// What all tests answer. Rows are numbers in History::rows.
struct Outcome {
  double coefficient = 0;
  double score = 0;                    // 0 to 100
  std::uint32_t total = 0;             // rows looked at: all
  std::vector<std::uint32_t> rows;     // the anomalous ones, ascending
  std::optional<std::string> not_run;  // why, if it could not: then it does not count
};

// What Z of a token is counted from and in. A scale of zero means that nothing can be told: all
// amounts are equal, or there is one.
struct Spread {
  enum class Scale : std::uint8_t {
    none,
    standard_deviation,
    median_deviation,  // 1.4826 times the median absolute deviation
    mean_deviation,  // 1.253314 times the mean absolute deviation: robust, where the median's is 0
  };
  std::uint32_t rows = 0;
  double center = 0, scale = 0;  // in the token's smallest unit
  Scale kind = Scale::none;
};

// Unusual amounts: Z = (amount - center) / scale of its token lies outside the thresholds by more
// than what rounding may have done to it (kZRounding). Score: percentage of rows.
constexpr double kZRounding = 1e-9;  // of the threshold, or of one if that is smaller
struct ValueTest : Outcome {
  std::vector<double> z;       // beside `rows`
  std::vector<Spread> tokens;  // by number
};

// Hurry: among the rows received, or among those sent, the one before or after is closer in time
// than time_difference. A transfer to oneself is in both lists and one row. Score: percentage.
struct TransfersTest : Outcome {
  std::vector<std::uint64_t> gap;  // beside `rows`: seconds to the nearest
};

// What the subject received, and sent on unchanged.
struct PassThrough {
  std::uint32_t received = 0, sent = 0;    // rows
  std::uint32_t sender = 0, receiver = 0;  // whom it came from, and whom it went on to
};

// The subject as a go-between: a row sent takes up a row received before it, at most
// time_difference earlier, of the same token, from somebody else than it goes to, of the same
// amount or one that is larger by no more than hiding_tolerance of it. Sendings choose in order of
// time, each among what is not taken yet: that from which least is missing, of equals the earliest.
// Nothing of value zero and no transfer to oneself takes part. Score: percentage of rows that are
// in a pair.
struct HidingTest : Outcome {
  std::vector<PassThrough> pairs;      // in order of `sent`
  std::vector<std::uint32_t> pair_of;  // beside `rows`: which of `pairs`
  std::uint32_t senders = 0;           // different accounts that the pairs came from,
  std::uint32_t receivers = 0;         // that they went on to,
  std::uint32_t accounts = 0;          // and of both
};

// A listed account that the subject dealt with, and in how many rows.
struct ListedCounterparty {
  std::uint32_t account = 0, received_from = 0, sent_to = 0;
};

// Dealings with the listed. The score is 100 if the subject or a counterparty is listed, whatever
// the number of rows, because sanctions know no share that is allowed; else 0. Anomalous are the
// rows with a listed counterparty, or all if the subject is. Rows of value zero make nobody a
// counterparty: on many chains anybody can write one between any two accounts. If nobody is known
// to be listed but somebody is unknown, the test could not run.
struct RelationTest : Outcome {
  bool subject_listed = false;
  std::vector<ListedCounterparty> counterparties;  // in order of their first row
  std::uint32_t screened = 0, unknown = 0;         // of accounts_to_screen
};

struct Anomalies {
  ValueTest value;
  TransfersTest transfers;
  HidingTest hiding;
  RelationTest relation;
  // Over the tests that ran: sum of coefficient * score / sum of coefficients, 0 to 100; nothing if
  // they all weigh nothing. And the first sum itself.
  std::optional<double> danger_score;
  double weighted_sum = 0;
};

// Runs all four in O(n log n) time and O(n) memory; the same input gives the same answer. Errors:
// those of `check`, and usage if a row is out of order, is neither from nor to the subject or has a
// number too high (it is named), or if there are 2^32 - 1 rows or more.
Result<Anomalies> find(const History& history, const Options& options, const Screening& screening);

}  // namespace clew::anomaly
