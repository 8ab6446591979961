// `clew anomalies`.
#include "apps/clew/account_amount.h"
#include "apps/clew/anomaly_text.h"
#include "apps/clew/completeness.h"
#include "apps/clew/environment.h"
#include "apps/clew/interrupt.h"
#include "detect/examine/ledger_case.h"
#include "labels/account_subject.h"
#include "labels/subject.h"

namespace clew::app {
namespace {

using examine::CaseFile;
using examine::LocalLists;

// A history, and how labels' addresses are spelled on its chain.
struct Found {
  CaseFile file;
  LocalLists::Spelling spelling;
};

examine::Token token_of(const AccountView& view, const chain::Asset& asset) {
  examine::Token token{.asset = asset_text(view, asset)};
  if (!asset.token_id.is_zero()) token.asset += "/" + asset.token_id.to_decimal();
  if (asset.is_native()) {
    token.symbol = view.chain.coin;
  } else if (const auto named = view.tokens.find(asset.contract)) {
    token.symbol = named->symbol.value_or("");
  }
  if (const auto decimals = decimals_of(view, asset))
    token.decimals = static_cast<std::uint8_t>(*decimals);
  return token;
}

Result<Found> account_history(const Session& session, const std::string& address) {
  CLEW_TRY(view, open_account_chain(session));
  CLEW_TRY(id, find_account(view, address));
  auto file = examine::account_case(
      view.snapshot, id,
      {.chain = view.name,
       .address = [&](const chain::Account& account) { return account_text(view.chain, account); },
       .token = [&](const chain::Asset& asset) { return token_of(view, asset); },
       .transaction = [chain = view.chain](const Hash256& id) { return hash_text(chain, id); }});
  tell_untold(view.snapshot, file.extent);
  const auto spelling = [chain =
                             view.chain](const labels::Label& label) -> std::optional<std::string> {
    const auto account = labels::account_of(label, chain.address_form);
    if (!account) return std::nullopt;
    return account_text(chain, *account);
  };
  return Found{std::move(file), spelling};
}

Result<Found> output_history(const Session& session, const std::string& address) {
  CLEW_TRY(snapshot, session.snapshot());
  CLEW_TRY(id, find_address(snapshot, address));
  const auto& chain = snapshot.chain();
  auto file = examine::output_case(snapshot, id, std::string(chain.chain),
                                   chain.chain == "litecoin" ? "LTC" : "BTC");
  tell_untold(snapshot, file.extent);
  const auto spelling = [&chain](const labels::Label& label) -> std::optional<std::string> {
    const auto key = labels::subject_key(label);
    const auto known = labels::address_of(key);
    if (!known || key.ledger != labels::ledger_name(chain)) return std::nullopt;
    return bitcoin::encode(*known, chain);
  };
  return Found{std::move(file), spelling};
}

}  // namespace

Result<ExitCode> ledger_anomalies(const Session& session, const AnomalyOptions& given) {
  CLEW_TRY(options, test_options(given));
  const auto on = account_session(session, given.address);
  CLEW_TRY(found,
           on ? account_history(*on, given.address) : output_history(session, given.address));
  CLEW_TRY(url, variable("CLEW_SANCTIONS_URL"));
  CLEW_TRY(key, variable("CLEW_SANCTIONS_API_KEY"));
  CLEW_TRY(screener, examine::Screener::open({.directory = session.directory,
                                              .spelling = found.spelling,
                                              .url = url,
                                              .key = key,
                                              .stop = &interrupted_flag()}));
  CLEW_TRY(lists, screener->local_lists());
  auto dossier = std::make_shared<examine::Dossier>();
  dossier->file = std::move(found.file);
  CLEW_TRY(screened, screener->screen(dossier->file, *lists, given.patience_seconds));
  dossier->screened = std::move(screened);
  CLEW_TRY(examination, examine::examine(std::move(dossier), options));
  return tell_anomalies(session, examination, given.transactions_max);
}

}  // namespace clew::app
