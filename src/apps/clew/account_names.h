// The names that labels give to the parties of transfers.
#pragma once

#include <unordered_map>

#include "apps/clew/account_view.h"

namespace clew::app {

class AccountNames {
 public:
  // `view` must outlive it.
  static Result<AccountNames> open(const Session& session, const AccountView& view);
  AccountNames(std::shared_ptr<const labels::Store> store, const AccountView& view)
      : store_(std::move(store)), view_(view) {}

  // Of the best label of the address itself; nothing if it has none.
  Result<std::optional<std::string>> of(account::AddressId id);

 private:
  std::shared_ptr<const labels::Store> store_;
  const AccountView& view_;
  std::unordered_map<account::AddressId, std::optional<std::string>> names_;
};

// transfer_json with "from_label" and "to_label", null where there is none.
Result<Json> named_transfer_json(const AccountView& view, const account::TransferRow& transfer,
                                 AccountNames& names);

}  // namespace clew::app
