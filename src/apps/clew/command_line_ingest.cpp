// The options of commands that bring data in.
#include "apps/clew/command_binding.h"

namespace clew::app {
namespace {

void add_simulate_bitcoin(Line& line, CLI::App& group) {
  auto& command = *group.add_subcommand(
      "bitcoin", "block files of network regtest, labels and the truth about every wallet");
  auto o = bind<SimulateOptions>(line, command, simulate);
  command.add_option("--out", o->out, "folder to write to")->required();
  command.add_option("--blocks", o->blocks, "blocks, 200 to 1,000,000")->capture_default_str();
  command.add_option("--seed", o->seed, "same seed, same world")->capture_default_str();
  command
      .add_option("--transactions-per-block", o->transactions_per_block,
                  "aim; 0: what the profile takes")
      ->capture_default_str();
  command.add_option("--profile", o->profile, "story, or benchmark: full blocks of plain traffic")
      ->capture_default_str();
}

void add_simulate_ethereum(Line& line, CLI::App& group) {
  auto& command = *group.add_subcommand(
      "ethereum", "blocks, receipts and calls for `clew replay`, labels and the truth");
  auto o = bind<SimulateEthereumOptions>(line, command, simulate_ethereum);
  command.add_option("--out", o->out, "folder to write to")->required();
  command.add_option("--blocks", o->blocks, "blocks, 200 to 1,000,000")->capture_default_str();
  command.add_option("--seed", o->seed, "same seed, same world")->capture_default_str();
  command.add_option("--transactions-per-block", o->transactions_per_block, "aim, 4 to 10,000")
      ->capture_default_str();
  command.add_option("--chain-id", o->chain_id, "what the node will say")->capture_default_str();
  command.add_option("--branch", o->branches,
                     "FROM:LENGTH, blocks beside those of the best chain from number FROM on, for "
                     "reorganisations; may be repeated");
  command.add_flag("--no-transfers", o->no_transfers,
                   "leave truth/transfers.csv empty, which grows with the chain");
}

void add_simulate_tron(Line& line, CLI::App& group) {
  auto& command = *group.add_subcommand(
      "tron",
      "stable coins on TRON, some of them laundered: histories and screening for `clew replay`, "
      "labels and the truth");
  auto o = bind<SimulateTronOptions>(line, command, simulate_tron);
  command.add_option("--out", o->out, "folder to write to")->required();
  command.add_option("--users", o->users, "honest users, 20 to 10,000")->capture_default_str();
  command.add_option("--days", o->days, "30 to 1,000")->capture_default_str();
  command.add_option("--seed", o->seed, "same seed, same world")->capture_default_str();
}

void add_live(CLI::App& command, LiveOptions& live) {
  command.add_flag("--follow", live.follow, "of nodes: go on with new blocks until interrupted");
  command
      .add_option("--max-reorganisation", live.reorganisation_max,
                  "blocks that a reorganisation may remove; a deeper one stops")
      ->capture_default_str();
  command
      .add_option("--patience", live.patience_seconds,
                  "seconds to look for a node that answers before giving up")
      ->capture_default_str();
  command.add_option("--poll", live.poll_seconds, "seconds between two looks at the head at most")
      ->capture_default_str();
}

void add_ingest_evm(Line& line, CLI::App& group) {
  auto& command = *group.add_subcommand(
      "evm", "Ethereum and its like, from nodes over HTTP or WebSocket; every answer is checked");
  auto o = bind<IngestEvmOptions>(line, command, ingest_evm);
  command.add_option("url", o->urls, "nodes of one chain: http, https, ws or wss")->required();
  command.add_option("--from", o->from, "first block; default: after what the ledger has");
  command.add_option("--to", o->to, "last block; default: the head");
  command
      .add_option("--traces", o->traces,
                  "where internal transfers come from: trace (trace_block), debug (callTracer), "
                  "auto, none")
      ->capture_default_str();
  command
      .add_option("--senders", o->senders,
                  "recompute senders from signatures: of a sample of transactions, all, none")
      ->capture_default_str();
  command
      .add_option(
          "--confirm", o->confirm,
          "of several nodes, ask all for the internal transfers of a sample of blocks, all, "
          "none")
      ->capture_default_str();
  command.add_option("--name", o->name, "name of the chain's ledger; default: by its chain id");
  command.add_option("--wrapped", o->wrapped,
                     "contracts beside the known ones whose Deposit and Withdrawal events mint and "
                     "burn a wrapped coin");
  add_live(command, o->live);
}

void add_ingest_tron(Line& line, CLI::App& group) {
  auto& command = *group.add_subcommand(
      "tron", "TRON, from full nodes over their HTTP API or from files; every block is checked");
  auto o = bind<IngestTronOptions>(line, command, ingest_tron);
  command
      .add_option("source", o->sources,
                  "nodes: what comes before /wallet in their URLs; a provider's key from the "
                  "environment, CLEW_TRON_API_KEY. Or files, plain or .gz: nodes' answers as JSON, "
                  "blocks as protocol buffers, GraphSense's tables of a block")
      ->required();
  command.add_option("--from", o->from,
                     "first block; default: after what the ledger has, or the first in the files");
  command.add_option("--to", o->to, "last block; default: the head, or the last in the files");
  command.add_option("--name", o->name, "name of the chain's ledger")->capture_default_str();
  add_live(command, o->live);
}

void add_ingest_transfers(Line& line, CLI::App& group) {
  auto& command = *group.add_subcommand(
      "transfers",
      "plain lists of transfers, transactions or traces of other tools: CSV, JSON lines, Parquet; "
      "into the ledger that --chain names");
  auto o = bind<IngestTransfersOptions>(line, command, ingest_transfers);
  command.add_option("file", o->files, "lists; those of the same blocks have to come together")
      ->required();
  command.add_option("--map", o->map,
                     "which column says what: from=sender,to=receiver,value=amt,asset=token,"
                     "time=ts,block=blk,tx=hash; default: the usual names");
  constexpr unsigned kDecimalsMax = 77;  // 10^77 is the greatest power below 2^256
  command
      .add_option("--decimals", o->decimals,
                  "values are in coins with so many decimals, not in base units")
      ->check(CLI::Range(0U, kDecimalsMax));
  command.add_option("--asset", o->asset,
                     "asset of rows that name none: a contract or a name; default: the coin");
  command.add_flag("--by-time", o->by_time,
                   "number blocks in order of time, whatever blocks the lists name");
  command.add_option("--chain-id", o->chain_id, "of a new ledger whose name is no known chain");
}

}  // namespace

void add_simulate(Line& line, CLI::App& app) {
  auto& group = *app.add_subcommand("simulate", "make a small world with its ground truth");
  group.require_subcommand(1);
  add_simulate_bitcoin(line, group);
  add_simulate_ethereum(line, group);
  add_simulate_tron(line, group);
}

void add_replay(Line& line, CLI::App& app) {
  auto& command = *app.add_subcommand(
      "replay",
      "be a node: serve a simulated Ethereum world, or recorded answers, as JSON-RPC; or be the "
      "providers of a simulated TRON world; a key they demand from the environment, "
      "CLEW_REPLAY_KEY");
  auto o = bind<ReplayCommandOptions>(line, command, replay);
  command
      .add_option("source", o->sources,
                  "folder of `clew simulate ethereum` or `tron`, or files of recorded requests and "
                  "responses "
                  "(JSON lines, also .gz)")
      ->required();
  command.add_option("--listen", o->listen, "ADDRESS:PORT; port 0: any that is free")
      ->capture_default_str();
  constexpr unsigned kThreadsMax = 1024;
  command.add_option("--threads", o->threads, "that answer requests")
      ->check(CLI::Range(1U, kThreadsMax))
      ->capture_default_str();
  command.add_option("--blocks-per-second", o->blocks_per_second,
                     "reveal blocks at this pace; default: all are there");
  command.add_option("--from-block", o->from_block,
                     "head at the start; without a pace, clew_advance reveals more");
  command.add_flag("--no-branches", o->no_branches, "leave out the world's reorganisations");
  command.add_option("--without", o->without, "method that the node does not have; repeatable");
  command.add_option("--fault", o->faults,
                     "NAME=CHANCE, misbehave: wrong-parent, 429, half-json, … (docs/replay.md); "
                     "repeatable");
  command.add_option("--fault-seed", o->fault_seed, "same seed and requests, same faults")
      ->capture_default_str();
  command.add_option("--fault-after", o->fault_after, "answer so many requests well first")
      ->capture_default_str();
  command.add_option("--slow-seconds", o->slow_seconds, "what the fault slow waits")
      ->capture_default_str();
}

void add_ingest(Line& line, CLI::App& app) {
  auto& group = *app.add_subcommand("ingest", "read blocks into the ledger");
  group.require_subcommand(1);
  auto& command = *group.add_subcommand(
      "bitcoin",
      "from block files (blk*.dat, a node's blocks folder, a single raw block), JSON lines of "
      "verbose blocks, a simulated world, or nodes by their URLs");
  auto o = bind<IngestOptions>(line, command, ingest);
  command.add_option("path", o->paths, "files and folders, or URLs of nodes")->required();
  command.add_option("--network", o->network,
                     "main, test, testnet4, signet, regtest, litecoin, …; default: what the files "
                     "say");
  command.add_option("--from-height", o->from_height,
                     "leave out lower blocks; also the height of the first block of a file where "
                     "nothing else tells it");
  command.add_option("--to-height", o->to_height, "leave out higher blocks");
  command.add_option("--cookie", o->cookie_file,
                     "file in which the nodes keep user and password, if their URL does not");
  command
      .add_option("--verbosity", o->verbosity,
                  "form in which nodes are asked for blocks: 0 bytes, 1 transactions one by one, 2 "
                  "JSON, 3 with spent outputs")
      ->check(CLI::Range(0, 3))
      ->capture_default_str();
  command.add_option("--zmq", o->notices,
                     "where nodes publish new blocks (zmqpubhashblock), as tcp://HOST:PORT");
  add_live(command, o->live);
  add_ingest_evm(line, group);
  add_ingest_tron(line, group);
  add_ingest_transfers(line, group);
}

}  // namespace clew::app
