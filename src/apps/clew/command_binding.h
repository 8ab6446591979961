// How commands are declared: options filled in by the command line's library, and the action that
// the chosen command leaves behind. For the command line's own sources, as it brings in CLI11.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>

#include "apps/clew/commands.h"

namespace clew::app {

using Action = std::function<Result<ExitCode>()>;

// What the commands are declared into: the chosen one leaves its action behind.
struct Line {
  Session session;
  Action action;
};

template <class Options, class Run>
std::shared_ptr<Options> bind(Line& line, CLI::App& command, Run run) {
  auto options = std::make_shared<Options>();
  command.callback([&line, options, run] {
    line.action = [&line, options, run] { return run(line.session, *options); };
  });
  return options;
}

// Worlds and blocks: `clew simulate`, `clew replay`, `clew ingest`.
void add_simulate(Line& line, CLI::App& app);
void add_replay(Line& line, CLI::App& app);
void add_ingest(Line& line, CLI::App& app);
// Questions to nodes: `clew evm`.
void add_evm(Line& line, CLI::App& app);
// Signs of laundering: `clew anomalies`, `clew tron`.
void add_anomalies(Line& line, CLI::App& app);
// The server: `clew serve`, `clew keys`, `clew config`.
void add_serve(Line& line, CLI::App& app);

}  // namespace clew::app
