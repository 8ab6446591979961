// The options of the anomaly tests.
#include <charconv>
#include <cmath>

#include "apps/clew/anomaly_commands.h"
#include "apps/clew/command_binding.h"

namespace clew::app {
namespace {

// A number of either sign, which those of other commands are not.
void add_number(CLI::App& command, const std::string& name, double& value,
                const std::string& help) {
  const auto read = [&value, name](const std::string& text) {
    double number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc() || end != text.data() + text.size() || !std::isfinite(number))
      throw CLI::ValidationError(name, "a number is needed, not " + text);
    value = number;
  };
  char usual[32];
  const auto end = std::to_chars(usual, usual + sizeof usual, value).ptr;
  command.add_option_function<std::string>(name, read, help)
      ->type_name("NUMBER")
      ->default_str(std::string(usual, end));
}

void add_options(CLI::App& command, AnomalyOptions& o) {
  auto& tests = o.tests;
  command.add_option("address", o.address, "whose history to look at")->required();
  add_number(command, "--minimum-threshold", tests.minimum_threshold,
             "amounts with a lower Z are unusual");
  add_number(command, "--maximum-threshold", tests.maximum_threshold,
             "amounts with a higher Z are unusual");
  command
      .add_option("--time-difference", tests.time_difference,
                  "seconds: transfers closer than that are hurried, and what is passed on within "
                  "them hides its origin")
      ->capture_default_str();
  auto& weights = tests.coefficients;
  add_number(command, "--value-coefficient", weights.value, "what unusual amounts weigh");
  add_number(command, "--transfers-coefficient", weights.transfers, "what hurry weighs");
  add_number(command, "--hiding-coefficient", weights.hiding, "what passing on weighs");
  add_number(command, "--relation-coefficient", weights.relation,
             "what dealings with the sanctioned weigh");
  add_number(command, "--hiding-tolerance", tests.hiding_tolerance,
             "share of what was received that may be missing from what is sent on");
  command
      .add_option("--value-method", o.value_method,
                  "standard (mean and deviation) or robust (median and median deviation)")
      ->capture_default_str();
  command
      .add_option("--transactions", o.transactions_max,
                  "with --json, of each test: how many transactions to list; all count")
      ->capture_default_str();
  command.add_option("--patience", o.patience_seconds, "seconds to wait for providers altogether")
      ->capture_default_str();
}

}  // namespace

void add_anomalies(Line& line, CLI::App& app) {
  auto& command = *app.add_subcommand(
      "anomalies", "signs of laundering in the history of an address, by four tests");
  add_options(command, *bind<AnomalyOptions>(line, command, ledger_anomalies));
  auto& group = *app.add_subcommand("tron", "ask providers of TRON data");
  group.require_subcommand(1);
  auto& tron = *group.add_subcommand(
      "anomalies",
      "the same of a TRC-20 history that a provider gives: CLEW_TRON_URL, CLEW_TRON_API_KEY, "
      "CLEW_SANCTIONS_URL, CLEW_SANCTIONS_API_KEY in the environment or a .env file");
  add_options(tron, *bind<AnomalyOptions>(line, tron, tron_anomalies));
}

}  // namespace clew::app
