#include "apps/clew/account_names.h"

namespace clew::app {

Result<AccountNames> AccountNames::open(const Session& session, const AccountView& view) {
  CLEW_TRY(store, session.labels());
  return AccountNames(std::make_shared<const labels::Store>(std::move(store)), view);
}

Result<std::optional<std::string>> AccountNames::of(account::AddressId id) {
  if (id == account::kNoAddress) return std::nullopt;
  if (const auto known = names_.find(id); known != names_.end()) return known->second;
  CLEW_TRY(labels, store_->of_subject(view_.address_text(id)));
  auto& name = names_[id];
  if (!labels.empty()) name = labels.front().label.label;
  return name;
}

Result<Json> named_transfer_json(const AccountView& view, const account::TransferRow& transfer,
                                 AccountNames& names) {
  auto document = transfer_json(view, transfer);
  for (const auto& [key, id] :
       {std::pair("from_label", transfer.from), std::pair("to_label", transfer.to)}) {
    CLEW_TRY(name, names.of(id));
    document[key] = name ? Json(*name) : Json(nullptr);
  }
  return document;
}

}  // namespace clew::app
