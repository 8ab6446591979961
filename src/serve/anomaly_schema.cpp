#include "serve/anomaly_schema.h"

#include <limits>

#include "detect/anomaly/anomaly.h"
#include "detect/examine/answer.h"
#include "serve/json_shapes.h"

namespace clew::serve {
namespace {

const anomaly::Options kUsual;

Json with(Json shape, std::string_view key, Json value) {
  shape[std::string(key)] = std::move(value);
  return shape;
}

Json number_shape(const std::string& description, double usual) {
  return {{"type", "number"}, {"description", description}, {"default", usual}};
}

Json coefficient_shape(const std::string& test, double usual) {
  auto shape = number_shape("What the " + test + " test weighs", usual);
  shape["minimum"] = 0;
  shape["maximum"] = anomaly::kCoefficientMax;
  return shape;
}

Json share_shape() {
  return {{"type", "number"}, {"minimum", 0}, {"maximum", 100}};
}

Json moment_shapes() {
  return {{"time", {{"type", "integer"}, {"description", "Seconds since 1970"}}},
          {"time_iso", text_shape("The same, ISO 8601")}};
}

Json token_shapes() {
  return {{"token", or_null(text_shape("Its contract; null: the provider does not know it"))},
          {"symbol", text_shape("What its maker calls it, which may be anything")}};
}

Json transaction_shape(const Json& more) {
  Json properties = {
      {"id", text_shape()},
      {"from", text_shape()},
      {"to", text_shape()},
      {"amount", text_shape("In the token's smallest unit")},
      {"amount_decimal", or_null(text_shape("In whole tokens; null: decimals are not known"))}};
  properties.update(token_shapes());
  properties.update(moment_shapes());
  properties.update(more);
  return object_shape(std::move(properties));
}

// What all tests have, and what one has beside that.
Json test_shape(const Json& of_transaction, const Json& more) {
  Json properties = {
      {"score", or_null(share_shape())},
      {"not_run", or_null(text_shape("Why the test could not run; it then does not count"))},
      {"coefficient", {{"type", "number"}}},
      {"anomalous", count_shape()},
      {"total", count_shape()},
      {"transactions", list_shape(transaction_shape(of_transaction))},
      {"transactions_left_out", count_shape()}};
  properties.update(more);
  return object_shape(std::move(properties));
}

Json value_shape() {
  Json token = token_shapes();
  token.update(Json{{"rows", count_shape()},
                    {"center", {{"type", "number"}}},
                    {"scale", {{"type", "number"}}},
                    {"scale_kind", text_shape()}});
  return test_shape({{"z", {{"type", "number"}}}},
                    {{"method", text_shape()},
                     {"tokens", list_shape(object_shape(std::move(token)))},
                     {"tokens_left_out", count_shape()}});
}

Json hiding_shape() {
  Json pair = {{"original_sender", text_shape()},
               {"final_receiver", text_shape()},
               {"received", text_shape("Transaction")},
               {"sent", text_shape("Transaction")}};
  pair.update(token_shapes());
  pair.update(Json{{"amount_received", text_shape()},
                   {"amount_sent", text_shape()},
                   {"seconds", {{"type", "integer"}}}});
  return test_shape({{"pair", with(count_shape(), "description", "Which of pairs, from 0")}},
                    {{"accounts", count_shape()},
                     {"original_senders", count_shape()},
                     {"final_receivers", count_shape()},
                     {"pairs", list_shape(object_shape(std::move(pair)))},
                     {"pairs_left_out", count_shape()}});
}

Json relation_shape() {
  const Json listings = list_shape(object_shape({{"list", text_shape()},
                                                 {"category", text_shape()},
                                                 {"name", text_shape()},
                                                 {"url", text_shape()}}));
  const Json party = object_shape({{"address", text_shape()},
                                   {"received_from", count_shape()},
                                   {"sent_to", count_shape()},
                                   {"listings", listings}});
  return test_shape(Json::object(), {{"listed", {{"type", "boolean"}}},
                                     {"listings", listings},
                                     {"counterparties", list_shape(party)},
                                     {"counterparties_left_out", count_shape()},
                                     {"screened", count_shape()},
                                     {"unknown", count_shape()}});
}

}  // namespace

Json anomaly_request_schema() {
  const auto& weights = kUsual.coefficients;
  Json properties = {
      {"address",
       {{"type", "string"},
        {"minLength", 1},
        {"maxLength", 64},
        {"description", "Base58check (T…) or hexadecimal (41…, 0x…)"}}},
      {"minimum_threshold",
       number_shape("Amounts with a lower Z are unusual", kUsual.minimum_threshold)},
      {"maximum_threshold",
       number_shape("Amounts with a higher Z are unusual", kUsual.maximum_threshold)},
      {"time_difference",
       {{"type", "integer"},
        {"minimum", 0},
        {"maximum", std::numeric_limits<decltype(kUsual.time_difference)>::max()},
        {"default", kUsual.time_difference},
        {"description", "Seconds, for hurry and for passing on"}}},
      {"value_coefficient", coefficient_shape("value", weights.value)},
      {"transfers_coefficient", coefficient_shape("transfers", weights.transfers)},
      {"hiding_coefficient", coefficient_shape("hiding", weights.hiding)},
      {"relation_coefficient", coefficient_shape("relation", weights.relation)},
      {"value_method",
       {{"type", "string"},
        {"enum", Json::array({"standard", "robust"})},
        {"default", "standard"},
        {"description", "Mean and deviation, or median and median deviation"}}},
      {"hiding_tolerance",
       {{"type", "number"},
        {"minimum", 0},
        {"exclusiveMaximum", 1},
        {"default", kUsual.hiding_tolerance},
        {"description", "Share of what was received that may be missing from what is sent on"}}},
      {"transactions_max",
       {{"type", "integer"},
        {"minimum", 0},
        {"maximum", examine::kTransactionsMax},
        {"default", examine::kTransactionsUsual},
        {"description", "Of each test: how many transactions to list. All count"}}}};
  return {{"type", "object"},
          {"required", Json::array({"address"})},
          {"properties", std::move(properties)},
          {"additionalProperties", false}};
}

Json anomaly_request_example() {
  return {{"address", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"},
          {"minimum_threshold", kUsual.minimum_threshold},
          {"maximum_threshold", kUsual.maximum_threshold},
          {"time_difference", kUsual.time_difference},
          {"value_coefficient", kUsual.coefficients.value},
          {"transfers_coefficient", kUsual.coefficients.transfers},
          {"hiding_coefficient", kUsual.coefficients.hiding},
          {"relation_coefficient", kUsual.coefficients.relation}};
}

Json anomaly_answer_schema() {
  const Json of_transfer = {{"seconds_to_nearest", count_shape()}};
  return object_shape(
      {{"address", text_shape()},
       {"chain", text_shape()},
       {"danger_score",
        or_null(with(share_shape(), "description",
                     "Weighted mean of the tests that ran; null: none of them weighs anything"))},
       {"weighted_sum", {{"type", "number"}}},
       {"rows", with(count_shape(), "description", "Transfers in the history")},
       {"tests", object_shape({{"value", value_shape()},
                               {"transfers", test_shape(of_transfer, Json::object())},
                               {"hiding", hiding_shape()},
                               {"relation", relation_shape()}})},
       {"options", object_shape({{"minimum_threshold", {{"type", "number"}}},
                                 {"maximum_threshold", {{"type", "number"}}},
                                 {"time_difference", {{"type", "integer"}}},
                                 {"hiding_tolerance", {{"type", "number"}}}})},
       {"history", object_shape({{"source", text_shape("Whose word it is")},
                                 {"complete", {{"type", "boolean"}}},
                                 {"missing", or_null(text_shape("What, and why"))},
                                 {"first_time", or_null(text_shape())},
                                 {"last_time", or_null(text_shape())},
                                 {"notes", list_shape(text_shape())}})},
       {"snapshot", text_shape("Names the history that was read")}});
}

}  // namespace clew::serve
