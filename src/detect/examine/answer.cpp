#include "detect/examine/answer.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/decimal.h"
#include "base/json_text.h"
#include "base/time_text.h"

namespace clew::examine {
namespace {

using anomaly::Outcome;
using anomaly::Spread;

// Of those that have no end of their own: tokens, pairs, counterparties.
constexpr std::size_t kListedMax = 1000;

const char* name(Spread::Scale scale) {
  switch (scale) {
    case Spread::Scale::standard_deviation:
      return "standard_deviation";
    case Spread::Scale::median_deviation:
      return "median_absolute_deviation";
    case Spread::Scale::mean_deviation:
      return "mean_absolute_deviation";
    case Spread::Scale::none:
      break;
  }
  return "none";
}

class AnswerWriter {
 public:
  AnswerWriter(const Examination& examination, std::uint32_t transactions_max, std::string& out)
      : file_(examination.dossier->file),
        screened_(examination.dossier->screened),
        options_(examination.options),
        found_(examination.found),
        max_(transactions_max),
        json_(out) {}

  void write();

 private:
  void text(std::string_view key, std::string_view value) {
    json_.key(key);
    json_.string(value);
  }
  void count(std::string_view key, std::uint64_t value) {
    json_.key(key);
    json_.number(value);
  }
  void integer(std::string_view key, std::int64_t value) {
    json_.key(key);
    json_.raw(std::to_string(value));
  }
  void real(std::string_view key, double value) {
    json_.key(key);
    if (!std::isfinite(value)) return json_.null();
    char digits[32];
    json_.raw({digits, static_cast<std::size_t>(
                           std::to_chars(digits, digits + sizeof digits, value).ptr - digits)});
  }
  void texts(std::string_view key, const std::vector<std::string>& values) {
    json_.key(key);
    json_.open_array();
    for (const auto& value : values)
      json_.string(value);
    json_.close_array();
  }
  void moment(std::string_view key, std::optional<std::int64_t> time) {
    json_.key(key);
    time ? json_.string(time_iso(*time)) : json_.null();
  }
  void token(std::uint32_t number);
  void row(std::uint32_t number);
  template <class More>
  void outcome(const Outcome& test, More more);
  void value();
  void transfers();
  void hiding();
  void relation();
  void listings(std::uint32_t account);
  void options();
  void history();

  const CaseFile& file_;
  const Screened& screened_;
  const anomaly::Options& options_;
  const anomaly::Anomalies& found_;
  const std::uint32_t max_;
  JsonText json_;
};

// A token that nobody knows has no contract.
void AnswerWriter::token(std::uint32_t number) {
  const auto& token = file_.tokens[number];
  json_.key("token");
  token.asset.empty() ? json_.null() : json_.string(token.asset);
  text("symbol", token.symbol);
}

void AnswerWriter::row(std::uint32_t number) {
  const auto& row = file_.rows[number];
  text("id", file_.transaction_text(file_.transactions[number]));
  text("from", file_.accounts[row.from]);
  text("to", file_.accounts[row.to]);
  text("amount", row.value.to_decimal());
  json_.key("amount_decimal");
  const auto decimals = file_.tokens[row.token].decimals;
  decimals ? json_.string(decimal_text(row.value, *decimals)) : json_.null();
  token(row.token);
  const auto time = file_.time_of(number);
  json_.key("time");
  time ? json_.raw(std::to_string(*time)) : json_.null();
  moment("time_iso", time);
}

// What all tests say; `more` adds to the i-th row listed.
template <class More>
void AnswerWriter::outcome(const Outcome& test, More more) {
  if (test.not_run) {
    json_.key("score");
    json_.null();
    text("not_run", *test.not_run);
  } else {
    real("score", test.score);
    json_.key("not_run");
    json_.null();
  }
  real("coefficient", test.coefficient);
  count("anomalous", test.rows.size());
  count("total", test.total);
  const auto listed = std::min<std::size_t>(test.rows.size(), max_);
  json_.key("transactions");
  json_.open_array();
  for (std::size_t i = 0; i < listed; ++i) {
    json_.open_object();
    row(test.rows[i]);
    more(i);
    json_.close_object();
  }
  json_.close_array();
  count("transactions_left_out", test.rows.size() - listed);
}

void AnswerWriter::value() {
  const auto& test = found_.value;
  json_.open_object();
  outcome(test, [&](std::size_t i) { real("z", test.z[i]); });
  text("method", options_.value_method == anomaly::ValueMethod::robust ? "robust" : "standard");
  json_.key("tokens");
  json_.open_array();
  std::size_t known = 0;
  for (std::size_t i = 0; i < test.tokens.size(); ++i) {
    if (file_.tokens[i].asset.empty() || ++known > kListedMax) continue;
    json_.open_object();
    token(static_cast<std::uint32_t>(i));
    const auto& spread = test.tokens[i];
    count("rows", spread.rows);
    real("center", spread.center);
    real("scale", spread.scale);
    text("scale_kind", name(spread.kind));
    json_.close_object();
  }
  json_.close_array();
  count("tokens_left_out", known - std::min(known, kListedMax));
  json_.close_object();
}

void AnswerWriter::transfers() {
  const auto& test = found_.transfers;
  json_.open_object();
  outcome(test, [&](std::size_t i) { count("seconds_to_nearest", test.gap[i]); });
  json_.close_object();
}

void AnswerWriter::hiding() {
  const auto& test = found_.hiding;
  json_.open_object();
  outcome(test, [&](std::size_t i) { count("pair", test.pair_of[i]); });
  count("accounts", test.accounts);
  count("original_senders", test.senders);
  count("final_receivers", test.receivers);
  json_.key("pairs");
  json_.open_array();
  const auto listed = std::min<std::size_t>(test.pairs.size(), max_);
  for (std::size_t i = 0; i < listed; ++i) {
    const auto& pair = test.pairs[i];
    const auto &in = file_.rows[pair.received], &out = file_.rows[pair.sent];
    json_.open_object();
    text("original_sender", file_.accounts[pair.sender]);
    text("final_receiver", file_.accounts[pair.receiver]);
    text("received", file_.transaction_text(file_.transactions[pair.received]));
    text("sent", file_.transaction_text(file_.transactions[pair.sent]));
    token(in.token);
    text("amount_received", in.value.to_decimal());
    text("amount_sent", out.value.to_decimal());
    integer("seconds", out.time - in.time);
    json_.close_object();
  }
  json_.close_array();
  count("pairs_left_out", test.pairs.size() - listed);
  json_.close_object();
}

void AnswerWriter::listings(std::uint32_t account) {
  json_.key("listings");
  json_.open_array();
  if (const auto found = screened_.listings.find(account); found != screened_.listings.end()) {
    for (const auto& listing : found->second) {
      json_.open_object();
      text("list", listing.list);
      text("category", listing.category);
      text("name", listing.name);
      text("url", listing.url);
      json_.close_object();
    }
  }
  json_.close_array();
}

void AnswerWriter::relation() {
  const auto& test = found_.relation;
  json_.open_object();
  outcome(test, [](std::size_t) {});
  json_.key("listed");
  json_.boolean(test.subject_listed);
  listings(0);
  json_.key("counterparties");
  json_.open_array();
  const auto listed = std::min(test.counterparties.size(), kListedMax);
  for (std::size_t i = 0; i < listed; ++i) {
    const auto& one = test.counterparties[i];
    json_.open_object();
    text("address", file_.accounts[one.account]);
    count("received_from", one.received_from);
    count("sent_to", one.sent_to);
    listings(one.account);
    json_.close_object();
  }
  json_.close_array();
  count("counterparties_left_out", test.counterparties.size() - listed);
  count("screened", test.screened);
  count("unknown", test.unknown);
  json_.close_object();
}

void AnswerWriter::options() {
  json_.key("options");
  json_.open_object();
  real("minimum_threshold", options_.minimum_threshold);
  real("maximum_threshold", options_.maximum_threshold);
  integer("time_difference", options_.time_difference);
  real("hiding_tolerance", options_.hiding_tolerance);
  json_.close_object();
}

void AnswerWriter::history() {
  const auto& extent = file_.extent;
  json_.key("history");
  json_.open_object();
  text("source", extent.source);
  json_.key("complete");
  json_.boolean(extent.complete);
  json_.key("missing");
  extent.complete ? json_.null() : json_.string(extent.missing);
  moment("first_time", file_.first_time());
  moment("last_time", file_.last_time());
  texts("notes", extent.notes);
  json_.close_object();
}

void AnswerWriter::write() {
  json_.open_object();
  text("address", file_.address);
  text("chain", file_.chain);
  if (found_.danger_score) {
    real("danger_score", *found_.danger_score);
  } else {
    json_.key("danger_score");
    json_.null();
  }
  real("weighted_sum", found_.weighted_sum);
  count("rows", file_.rows.size());
  json_.key("tests");
  json_.open_object();
  json_.key("value");
  value();
  json_.key("transfers");
  transfers();
  json_.key("hiding");
  hiding();
  json_.key("relation");
  relation();
  json_.close_object();
  options();
  history();
  text("snapshot", file_.snapshot);
  json_.close_object();
}

}  // namespace

Result<Examination> examine(std::shared_ptr<const Dossier> dossier,
                            const anomaly::Options& options) {
  CLEW_TRY(found, anomaly::find(dossier->file.history(), options, dossier->screened.standing));
  return Examination{std::move(dossier), options, std::move(found)};
}

std::string write_answer(const Examination& examination, std::uint32_t transactions_max) {
  std::string out;
  AnswerWriter(examination, transactions_max, out).write();
  return out;
}

}  // namespace clew::examine
