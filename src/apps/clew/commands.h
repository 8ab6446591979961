// The commands of `clew`, each with its options as plain values. The command line fills them in
// (command_line.cpp), so that a command knows nothing of how it was called.
#pragma once

#include <string>
#include <vector>

#include "apps/clew/session.h"

namespace clew::app {

struct SimulateOptions {
  std::string out;
  std::uint32_t blocks = 2000;
  std::uint64_t seed = 1;
  std::uint32_t transactions_per_block = 0;
  std::string profile = "story";
};
Result<ExitCode> simulate(const Session& session, const SimulateOptions& options);

struct SimulateEthereumOptions {
  std::string out;
  std::uint32_t blocks = 2000;
  std::uint64_t seed = 1;
  std::uint32_t transactions_per_block = 30;
  std::uint64_t chain_id = 1;
  std::vector<std::string> branches;  // "from:length"
  bool no_transfers = false;
};
Result<ExitCode> simulate_ethereum(const Session& session, const SimulateEthereumOptions& options);

struct SimulateTronOptions {
  std::string out;
  std::uint32_t users = 200, days = 120;
  std::uint64_t seed = 1;
};
Result<ExitCode> simulate_tron(const Session& session, const SimulateTronOptions& options);

struct ReplayCommandOptions {
  std::vector<std::string> sources;
  std::string listen = "127.0.0.1:8545";
  unsigned threads = 1;
  std::optional<double> blocks_per_second;
  std::optional<std::uint64_t> from_block;
  bool no_branches = false;
  std::vector<std::string> without;  // methods
  std::vector<std::string> faults;   // "name=chance"
  std::uint64_t fault_seed = 1, fault_after = 0;
  double slow_seconds = 2;
};
// Of one source that is a TRON world, `replay_tron`.
Result<ExitCode> replay(const Session& session, const ReplayCommandOptions& options);
Result<ExitCode> replay_tron(const Session& session, const ReplayCommandOptions& options);

// Of an ingest from nodes.
struct LiveOptions {
  bool follow = false;
  std::uint32_t reorganisation_max = 64;
  double poll_seconds = 1, patience_seconds = 120;
};

struct IngestOptions {
  std::vector<std::string> paths;  // or the URLs of nodes
  std::string network;             // empty: what the files say
  std::optional<std::uint32_t> from_height, to_height;
  std::string cookie_file;           // of the nodes
  int verbosity = 0;                 // of the blocks that they are asked for
  std::vector<std::string> notices;  // ZeroMQ endpoints
  LiveOptions live;
};
// From files, or from nodes if the first path is a URL.
Result<ExitCode> ingest(const Session& session, const IngestOptions& options);

// `chain`: null if it is for the nodes to say.
Result<ExitCode> ingest_bitcoin_node(const Session& session, const IngestOptions& options,
                                     const bitcoin::ChainParams* chain);
struct IngestEvmOptions {
  std::vector<std::string> urls;
  std::optional<std::uint64_t> from, to;
  std::string traces = "auto", senders = "sample", confirm = "sample", name;
  std::vector<std::string> wrapped;  // contracts of wrapped coins
  LiveOptions live;
};
Result<ExitCode> ingest_evm(const Session& session, const IngestEvmOptions& options);

struct IngestTronOptions {
  std::vector<std::string> sources;  // URLs of nodes, or files
  std::optional<std::uint64_t> from, to;
  std::string name = "tron";
  LiveOptions live;
};
Result<ExitCode> ingest_tron(const Session& session, const IngestTronOptions& options);

struct IngestTransfersOptions {
  std::vector<std::string> files;
  std::string map;
  std::string asset;  // of rows that name none: contract or name; empty: the coin
  std::optional<unsigned> decimals;
  std::optional<std::uint64_t> chain_id;  // of a new ledger whose name is not known
  bool by_time = false;
};
Result<ExitCode> ingest_transfers(const Session& session, const IngestTransfersOptions& options);

struct EvmTraceOptions {
  std::string subject;           // hash of a transaction; or a call: JSON, or a file with it
  std::string block = "latest";  // of a call
  std::vector<std::string> urls;
  std::string traces = "auto", parts;  // parts: empty: all
  std::vector<std::string> abis, signatures, wrapped;
  double patience_seconds = 20;
};
Result<ExitCode> evm_trace(const Session& session, const EvmTraceOptions& options);
Result<ExitCode> evm_trace_call(const Session& session, const EvmTraceOptions& options);

// Exactly one of them.
struct TransfersOptions {
  std::string block, tx, address, entity;
  std::uint64_t limit = 100, offset = 0;  // of an address or entity
};
Result<ExitCode> transfers(const Session& session, const TransfersOptions& options);
Result<ExitCode> completeness(const Session& session);

Result<ExitCode> info(const Session& session);
Result<ExitCode> verify(const Session& session);
Result<ExitCode> show_block(const Session& session, const std::string& which);
Result<ExitCode> show_transaction(const Session& session, const std::string& txid);
// Who paid whom, of an address or an entity.
struct RelationOptions {
  std::optional<std::uint64_t> count;  // payers and payees shown; nothing: not asked for
  std::string rates;                   // file of exchange rates by day; empty: none
};
struct AddressOptions {
  std::string address;
  std::uint64_t limit = 20;  // movements shown
  std::uint64_t offset = 0;
  RelationOptions relations;
  std::string prices;  // of account chains: file of prices of assets; empty: none
};
Result<ExitCode> show_address(const Session& session, const AddressOptions& options);

struct LabelsImportOptions {
  std::vector<std::string> files;
  std::string map;
};
struct LabelsAddOptions {
  std::string subject, label, category, source, confidence = "ownership", currency, lastmod, actor;
};
struct LabelsRemoveOptions {
  std::string subject, label, pack;
};
struct LabelsExportOptions {
  std::string out, format = "tagpack", pack, currency;
  bool only_private = false;
};
Result<ExitCode> labels_import(const Session& session, const LabelsImportOptions& options);
Result<ExitCode> labels_add(const Session& session, const LabelsAddOptions& options);
Result<ExitCode> labels_remove(const Session& session, const LabelsRemoveOptions& options);
Result<ExitCode> labels_export(const Session& session, const LabelsExportOptions& options);
Result<ExitCode> labels_stats(const Session& session);
Result<ExitCode> labels_of(const Session& session, const std::string& subject);

// How entities are formed; the same everywhere.
struct EntityChoice {
  std::string rules;  // comma-separated names, empty: the default set
  bool with_coinjoins = false;
  std::optional<std::uint32_t> as_of;  // height: what was known at that block
};
struct EntityOptions {
  std::string address;
  EntityChoice choice;
  std::uint64_t limit = 20;  // members shown
  RelationOptions relations;
};
Result<ExitCode> show_entity(const Session& session, const EntityOptions& options);
struct EntitiesOptions {
  std::string out;
  EntityChoice choice;
};
Result<ExitCode> export_entities(const Session& session, const EntitiesOptions& options);
struct WhyOptions {
  std::string a, b;
  EntityChoice choice;
};
Result<ExitCode> why(const Session& session, const WhyOptions& options);

struct CoinJoinsOptions {
  std::string out;
  std::string transactions;  // file of loose transactions; empty: the ledger
  std::optional<int> confidence_min;
};
Result<ExitCode> coinjoins(const Session& session, const CoinJoinsOptions& options);

struct TraceCommandOptions {
  std::string origin;
  std::string asset;  // of account chains: start with no other
  bool backward = false;
  std::string taint = "fifo";
  std::optional<std::uint32_t> hops_max;
  std::string value_min;     // amount of coin, "0.01", or satoshi with the ending "sat"
  std::string since, until;  // time or height
  std::optional<std::uint64_t> edges_max;
  std::string graph;  // GraphML file
  std::uint32_t paths = 1;
  std::uint32_t limit = 20;  // end-points shown
  bool through_services = false, through_coinjoins = false;
  bool rank = false;        // of account chains: rank addresses instead of following amounts
  bool no_swaps = false;    // of account chains: stay with one asset
  std::string prices;       // of account chains: file of prices of assets; empty: none
  bool own_labels = false;  // stop only at addresses that carry a service's label themselves
  bool outputs = false;     // in the JSON document: every output that the trace touched
};
Result<ExitCode> trace(const Session& session, const TraceCommandOptions& options);

struct PathOptions {
  std::string a, b;
  std::uint32_t count = 1;
  std::optional<std::uint32_t> hops_max;
  std::string asset;  // of account chains: what moved; empty: the coin
  bool through_services = false, through_coinjoins = false;
};
Result<ExitCode> path(const Session& session, const PathOptions& options);

}  // namespace clew::app
