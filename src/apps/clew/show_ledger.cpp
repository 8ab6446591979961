// `clew info` and `clew verify`.
#include <algorithm>
#include <filesystem>
#include <iostream>

#include "apps/clew/account_view.h"
#include "apps/clew/commands.h"
#include "apps/clew/count_text.h"
#include "graph/entities.h"
#include "ledger/account/writer.h"
#include "ledger/writer.h"

namespace clew::app {
namespace {

Json chain_json(const ledger::Snapshot& s) {
  Json document = {{"network", std::string(s.chain().network)},
                   {"blocks", s.block_count()},
                   {"transactions", s.tx_count()},
                   {"inputs", s.input_count()},
                   {"outputs", s.output_count()},
                   {"addresses", s.address_count()},
                   {"output_value", s.output_value()},
                   {"first_height", s.first_height()},
                   {"tip", nullptr},
                   {"gaps", Json::array()},
                   {"outside_inputs", s.outside_input_count()},
                   {"snapshot", s.version()}};
  if (const auto tip = s.tip())
    document["tip"] = {{"height", tip->height}, {"hash", to_display(tip->hash)}};
  for (const auto& gap : s.gaps())
    document["gaps"].push_back({{"from", gap.from}, {"to", gap.to}});
  return document;
}

void print_chain(const std::string& name, const ledger::Snapshot& s) {
  std::cout << name << " (" << s.chain().network << ")\n"
            << "  blocks        " << grouped(s.block_count()) << '\n'
            << "  transactions  " << grouped(s.tx_count()) << '\n'
            << "  inputs        " << grouped(s.input_count()) << '\n'
            << "  outputs       " << grouped(s.output_count()) << ", worth "
            << amount_text(s.output_value(), s.chain()) << '\n'
            << "  addresses     " << grouped(s.address_count()) << '\n';
  if (const auto tip = s.tip())
    std::cout << "  heights       " << s.first_height() << " to " << tip->height << ", tip "
              << to_display(tip->hash) << ", "
              << time_text(s.time_of(*s.find_block_at(tip->height))) << " UTC\n";
  for (const auto& gap : s.gaps())
    std::cout << "  missing       heights " << gap.from << " to " << gap.to << '\n';
  if (const auto outside = s.outside_input_count())
    std::cout << "  outside       "
              << counted(outside, "input spends an output", "inputs spend outputs")
              << " that this ledger does not hold: of unknown value\n";
}

}  // namespace

Result<ExitCode> info(const Session& session) {
  CLEW_TRY(chains, session.chosen_chains());
  CLEW_TRY(store, session.labels());
  CLEW_TRY(size, store.size());
  CLEW_TRY(label_version, store.version());
  Json document;
  const auto accounts = session.chains("account");
  for (const auto& name : chains) {
    if (std::find(accounts.begin(), accounts.end(), name) != accounts.end()) {
      CLEW_TRY(view, open_account_chain(session, name));
      if (session.json)
        document[name] = account_chain_json(view);
      else
        print_account_chain(view);
      continue;
    }
    CLEW_TRY(snapshot, ledger::Snapshot::open(session.chain_path(name)));
    if (session.json)
      document[name] = chain_json(snapshot);
    else
      print_chain(name, snapshot);
  }
  if (session.json) {
    document["labels"] = {
        {"labels", size.labels}, {"packs", size.packs}, {"version", label_version}};
    document["directory"] = session.directory;
    print_json(document);
  } else {
    std::cout << "labels\n  " << counted(size.labels, "label") << " from "
              << counted(size.packs, "pack") << '\n';
  }
  return kOk;
}

Result<ExitCode> verify(const Session& session) {
  std::vector<std::string> problems;
  // Labels may be there, and worth a look, without any ledger.
  std::vector<std::string> chains;
  std::error_code code;
  if (!session.chain.empty() || !session.chains().empty() ||
      std::filesystem::is_regular_file(session.directory, code)) {
    CLEW_TRY(chosen, session.chosen_chains());
    chains = std::move(chosen);
  }
  const auto accounts = session.chains("account");
  for (const auto& name : chains) {
    if (std::find(accounts.begin(), accounts.end(), name) != accounts.end()) {
      CLEW_TRY(found, account::verify(session.chain_path(name)));
      problems.insert(problems.end(), found.begin(), found.end());
      continue;
    }
    CLEW_TRY(found, ledger::verify(session.chain_path(name)));
    problems.insert(problems.end(), found.begin(), found.end());
    const auto derived = graph::verify_stored_entities(session.chain_path(name));
    problems.insert(problems.end(), derived.begin(), derived.end());
  }
  CLEW_TRY(labels, labels::verify(session.labels_path()));
  problems.insert(problems.end(), labels.begin(), labels.end());
  if (session.json) {
    print_json({{"ok", problems.empty()}, {"problems", problems}});
  } else {
    for (const auto& problem : problems)
      std::cout << problem << '\n';
    std::cout << (problems.empty() ? "every file is as it was written\n"
                                   : counted(problems.size(), "problem") + "\n");
  }
  return problems.empty() ? kOk : kData;
}

}  // namespace clew::app
