// What ingests from nodes of all chains share: options, and how their reports are shown.
#pragma once

#include <functional>
#include <string_view>

#include "apps/clew/commands.h"
#include "apps/clew/progress.h"
#include "ingest/live/follow.h"
#include "ingest/node/node_pool.h"

namespace clew::app {

// A block hash as the chain shows it.
using HashText = std::function<std::string(const Hash256&)>;

// Whether what to ingest from is a node; else it is a file.
bool is_url(std::string_view source);

// Progress goes to `bar`, alarms and reorganisations to standard error.
ingest::FollowOptions follow_options(const LiveOptions& given, ProgressBar& bar,
                                     HashText hash_text);
// How the nodes are asked.
ingest::PoolOptions pool_options(const LiveOptions& given);

Json report_json(const ingest::FollowReport& report, const HashText& hash_text);
Json nodes_json(const std::vector<ingest::NodeReport>& nodes);

// The lines of a report that follow the first.
void print_report(const ingest::FollowReport& report, const HashText& hash_text);
void print_nodes(const std::vector<ingest::NodeReport>& nodes,
                 const std::vector<std::string>& left_out);
// "12,345 transactions/s"
std::string rate_text(double transactions_per_second);

// Problems to standard error, and what the command ends with.
ExitCode tell_problems(const ingest::FollowReport& report, bool following);

}  // namespace clew::app
