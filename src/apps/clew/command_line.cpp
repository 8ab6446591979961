#include "apps/clew/command_line.h"

#include <algorithm>
#include <iostream>

#include "apps/clew/command_binding.h"
#include "apps/clew/number_options.h"
#include "base/nearest_name.h"
#include "labels/printable.h"

namespace clew::app {
namespace {

void add_relations(CLI::App& command, RelationOptions& relations) {
  auto* count = command
                    .add_option("--relations", relations.count,
                                "who paid it and whom it paid: the N largest; 10 unless given")
                    ->expected(0, 1)
                    ->default_str("10");
  command
      .add_option("--rates", relations.rates,
                  "CSV of exchange rates by day, date,currency,rate: adds what it was worth")
      ->needs(count);
}

void add_prices(CLI::App& command, std::string& prices) {
  command.add_option("--prices", prices,
                     "of account chains: CSV of prices, time,asset,price: adds what it was worth");
}

void add_show(Line& line, CLI::App& app) {
  app.add_subcommand("info", "what the ledger holds and what it lacks")->callback([&line] {
    line.action = [&line] { return info(line.session); };
  });
  app.add_subcommand("verify", "read every ledger file and compare it with its checksums")
      ->callback([&line] { line.action = [&line] { return verify(line.session); }; });

  app.add_subcommand("completeness",
                     "what is known of which blocks of account chains, and what not")
      ->callback([&line] { line.action = [&line] { return completeness(line.session); }; });

  auto& moved =
      *app.add_subcommand("transfers", "what moved on an account chain, whatever moved it");
  auto t = bind<TransfersOptions>(line, moved, transfers);
  auto* what = moved.add_option_group("of");
  what->add_option("--block", t->block, "a block, by number or hash");
  what->add_option("--tx", t->tx, "a transaction");
  what->add_option("--address", t->address, "from or to an address");
  what->add_option("--entity", t->entity, "from or to any address of one's entity");
  what->require_option(1);
  moved.add_option("--limit", t->limit, "of an address or entity, transfers to show")
      ->capture_default_str();
  moved.add_option("--offset", t->offset, "of an address or entity, transfers to pass over")
      ->capture_default_str();

  auto& block = *app.add_subcommand("block", "one block");
  auto which = bind<std::string>(line, block, show_block);
  block.add_option("block", *which, "hash or height")->required();

  auto& tx = *app.add_subcommand("tx", "one transaction");
  auto txid = bind<std::string>(line, tx, show_transaction);
  tx.add_option("txid", *txid)->required();

  auto& address = *app.add_subcommand("address", "balance, movements, labels, entity");
  auto o = bind<AddressOptions>(line, address, show_address);
  address.add_option("address", o->address)->required();
  address.add_option("--limit", o->limit, "movements to show")->capture_default_str();
  address.add_option("--offset", o->offset, "movements to pass over")->capture_default_str();
  add_relations(address, o->relations);
  add_prices(address, o->prices);
}

void add_labels(Line& line, CLI::App& app) {
  auto& group = *app.add_subcommand("labels", "what is known about addresses, and from whom");
  // `clew labels ADDRESS`: whatever is no subcommand is the address.
  auto subject = std::make_shared<std::string>();
  group.add_option("address", *subject, "address or transaction whose labels to show");
  group.callback([&line, &group, subject] {
    if (!group.get_subcommands().empty()) return;
    if (subject->empty()) throw CLI::RequiredError("labels: an address or a subcommand");
    line.action = [&line, subject] { return labels_of(line.session, *subject); };
  });

  auto& import = *group.add_subcommand(
      "import",
      "TagPacks and ActorPacks (YAML), sanctions lists (JSON, OFAC's SDN XML), CSV; also "
      "compressed");
  auto i = bind<LabelsImportOptions>(line, import, labels_import);
  import.add_option("file", i->files)->required();
  import.add_option("--map", i->map, "CSV columns: address=Addr,label=Name,category=Type,…");

  auto& add = *group.add_subcommand("add", "a private label of your own");
  auto a = bind<LabelsAddOptions>(line, add, labels_add);
  add.add_option("address", a->subject, "address or transaction")->required();
  add.add_option("label", a->label, "what it is")->required();
  add.add_option("--category", a->category, "concept: exchange, mixing_service, …");
  add.add_option("--actor", a->actor, "id of who it is; labels with one actor are of one party");
  add.add_option("--source", a->source, "where you know it from");
  add.add_option("--confidence", a->confidence, "how you know it")->capture_default_str();
  add.add_option("--currency", a->currency, "BTC, ETH, …; default: by the form of the address");
  add.add_option("--date", a->lastmod, "since when: 2024-05-31");

  auto& remove = *group.add_subcommand("remove", "private labels of an address, or a whole pack");
  auto r = bind<LabelsRemoveOptions>(line, remove, labels_remove);
  remove.add_option("address", r->subject);
  remove.add_option("--label", r->label, "only the label with this text");
  remove.add_option("--pack", r->pack, "the pack with this title");

  auto& out = *group.add_subcommand("export", "write labels to files");
  auto e = bind<LabelsExportOptions>(line, out, labels_export);
  out.add_option("--out", e->out,
                 "file, or a folder (ending in /) for several packs; default: "
                 "standard output");
  out.add_option("--format", e->format, "tagpack, csv or jsonl")->capture_default_str();
  out.add_option("--pack", e->pack, "only this pack");
  out.add_option("--currency", e->currency, "only this currency");
  out.add_flag("--private", e->only_private, "only your own");

  group.add_subcommand("stats", "how many labels, by pack, category, currency, confidence")
      ->callback([&line] { line.action = [&line] { return labels_stats(line.session); }; });
}

void add_choice(CLI::App& command, EntityChoice& choice) {
  command.add_option(
      "--rules", choice.rules,
      "comma-separated rules that join addresses, of Bitcoin multi_input unless given, "
      "of accounts those of deposit addresses; see docs/entities.md");
  command.add_flag("--with-coinjoins", choice.with_coinjoins,
                   "join the inputs of CoinJoins too, which merges strangers");
  command.add_option("--as-of", choice.as_of, "height: what was known at that block");
}

void add_entities(Line& line, CLI::App& app) {
  auto& one = *app.add_subcommand("entity", "the addresses held to be controlled together");
  auto o = bind<EntityOptions>(line, one, show_entity);
  one.add_option("address", o->address)->required();
  one.add_option("--limit", o->limit, "addresses to show")->capture_default_str();
  add_relations(one, o->relations);
  add_choice(one, o->choice);

  auto& all = *app.add_subcommand("entities", "all entities as a table: address,entity");
  auto e = bind<EntitiesOptions>(line, all, export_entities);
  all.add_option("--out", e->out, "CSV file to write")->required();
  add_choice(all, e->choice);

  auto& proof = *app.add_subcommand("why", "the transactions and rules that join two addresses");
  auto w = bind<WhyOptions>(line, proof, why);
  proof.add_option("a", w->a, "address")->required();
  proof.add_option("b", w->b, "address")->required();
  add_choice(proof, w->choice);
}

void add_coinjoins(Line& line, CLI::App& app) {
  auto& command = *app.add_subcommand("coinjoins", "CoinJoins by protocol, with the reason");
  auto o = bind<CoinJoinsOptions>(line, command, coinjoins);
  command.add_option("--out", o->out, "CSV file to write: txid,protocol,confidence");
  command.add_option("--transactions", o->transactions,
                     "judge loose transactions from this JSON lines file instead of the ledger");
  command
      .add_option("--min-confidence", o->confidence_min,
                  "leave out verdicts below this, 0 to 100; default 50, of loose transactions 0")
      ->check(CLI::Range(0, 100));
}

void add_trace(Line& line, CLI::App& app) {
  auto& command = *app.add_subcommand("trace", "follow money to where it went, or came from");
  auto o = bind<TraceCommandOptions>(line, command, trace);
  command
      .add_option(
          "origin", o->origin,
          "address, transaction, txid:vout (of accounts: transaction:transfer), or entity:ADDRESS")
      ->required();
  command.add_option("--asset", o->asset,
                     "of account chains, what to start with: the coin's symbol or a token's "
                     "contract; all of it unless given");
  command.add_flag("--backward", o->backward, "where it came from");
  command.add_option("--taint", o->taint, "fifo, lifo, haircut, poison or tiho")
      ->capture_default_str();
  command.add_option("--max-hops", o->hops_max,
                     "transactions from the origin; as many as it takes unless given");
  command.add_option("--min-value", o->value_min,
                     "do not follow less than this, in coins (0.01), satoshi (5000sat), or of "
                     "accounts base units (5000units)");
  command.add_option("--since", o->since, "only transactions from this date or height on");
  command.add_option("--until", o->until, "only transactions up to this date or height");
  command.add_option("--max-edges", o->edges_max, "work budget; default 150000");
  command.add_option("--graph", o->graph, "write the traced graph as GraphML");
  command.add_option("--paths", o->paths, "paths to show to each end-point")->capture_default_str();
  command.add_option("--limit", o->limit, "end-points to show")->capture_default_str();
  command.add_flag("--outputs", o->outputs, "with --json: list every output or transfer touched");
  command.add_flag("--own-labels", o->own_labels,
                   "stop only at addresses that carry a service's label themselves, not at others "
                   "of their entity");
  command.add_flag("--through-services", o->through_services, "do not stop at labelled services");
  command.add_flag("--through-coinjoins", o->through_coinjoins, "do not stop at CoinJoins");
  command.add_flag("--rank", o->rank,
                   "of account chains: rank the addresses that matter most to where it went "
                   "(TTR), instead of following amounts");
  command.add_flag("--no-swaps", o->no_swaps,
                   "of account chains: do not go on as another asset where one is given for "
                   "another");
  add_prices(command, o->prices);
}

void add_path(Line& line, CLI::App& app) {
  auto& command = *app.add_subcommand("path", "ways that money took from one address to another");
  auto o = bind<PathOptions>(line, command, path);
  command.add_option("a", o->a, "from: address or entity:ADDRESS")->required();
  command.add_option("b", o->b, "to: address or entity:ADDRESS")->required();
  command.add_option("--count", o->count, "the best so many")->capture_default_str();
  command.add_option("--max-hops", o->hops_max, "transactions on the way; 8 unless given");
  command.add_option(
      "--asset", o->asset,
      "on account chains: what moved, a token by its contract; the coin if not given");
  command.add_flag("--through-services", o->through_services,
                   "also pass through labelled services, other than the two ends");
  command.add_flag("--through-coinjoins", o->through_coinjoins, "also pass through CoinJoins");
}

// The first word that stands where a command is expected and is none; empty if there is no such.
std::string unknown_command(const CLI::App& app, const std::vector<std::string>& words) {
  const CLI::App* at = &app;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (at->get_require_subcommand_min() == 0) return {};
    const auto& word = words[i];
    if (word.starts_with('-')) {
      const auto* option = app.get_option_no_throw(word);
      if (option != nullptr && option->get_items_expected_min() > 0)
        ++i;  // its value is no command
      continue;
    }
    const auto subs = at->get_subcommands([&](const CLI::App* a) { return a->get_name() == word; });
    if (subs.empty()) return word;
    at = subs.front();
  }
  return {};
}

// Names that a misspelt word may have meant: subcommands and options of the command reached.
std::string nearest_name(const CLI::App& app, const std::vector<std::string>& words) {
  const CLI::App* at = &app;
  std::string nearest;
  std::size_t best = 3;  // more than two edits away is another word
  for (const auto& word : words) {
    bool known = false;
    std::vector<std::string> names;
    for (const auto* sub : at->get_subcommands([](const CLI::App*) { return true; })) {
      if (sub->get_name() == word) {
        at = sub;
        known = true;
        break;
      }
      names.push_back(sub->get_name());
    }
    if (known) continue;
    for (const auto* option : at->get_options())
      for (const auto& name : option->get_lnames())
        names.push_back("--" + name);
    for (const auto& name : names) {
      const auto distance = edit_distance(name, word.substr(0, word.find('=')));
      if (distance == 0) break;
      if (distance < best) {
        best = distance;
        nearest = name;
      }
    }
  }
  return nearest;
}

int report_usage(const CLI::App& app, const CLI::ParseError& error, int argc,
                 const char* const* argv) {
  if (error.get_exit_code() == 0) {  // --help, --version
    app.exit(error, std::cout, std::cerr);
    return kOk;
  }
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (const auto unknown = unknown_command(app, words); !unknown.empty())
    std::cerr << "clew: there is no command '" << labels::printable(unknown) << "'\n";
  else
    std::cerr << "clew: " << error.what() << '\n';
  // A value that an option does not take is no misspelt name.
  const auto code = static_cast<CLI::ExitCodes>(error.get_exit_code());
  const bool wrong_value =
      code == CLI::ExitCodes::ValidationError || code == CLI::ExitCodes::ConversionError;
  const auto nearest = wrong_value ? std::string() : nearest_name(app, words);
  if (!nearest.empty()) std::cerr << "Did you mean " << nearest << "?\n";
  std::cerr << "Run `clew --help` or `clew COMMAND --help`.\n";
  return kUsage;
}

}  // namespace

int run(int argc, const char* const* argv) {
  Line line;
  line.session.directory = default_directory();
  CLI::App app("clew follows money on public ledgers, on this machine alone.", "clew");
  app.set_version_flag("--version", "clew " CLEW_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option("--ledger", line.session.directory, "folder of the ledgers; $CLEW_LEDGER")
      ->capture_default_str();
  app.add_option("--chain", line.session.chain, "which ledger, if the folder has several");
  app.add_flag("--json", line.session.json, "print one JSON document");
  add_simulate(line, app);
  add_replay(line, app);
  add_ingest(line, app);
  add_evm(line, app);
  add_show(line, app);
  add_labels(line, app);
  add_entities(line, app);
  add_coinjoins(line, app);
  add_trace(line, app);
  add_path(line, app);
  add_anomalies(line, app);
  add_serve(line, app);
  check_numbers(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return report_usage(app, error, argc, argv);
  }
  const auto code = line.action();
  if (code) return *code;
  std::cerr << "clew: " << code.error().message << '\n';
  return exit_code(code.error().kind);
}

}  // namespace clew::app
