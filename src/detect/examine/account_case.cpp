#include <algorithm>

#include "detect/examine/ledger_case.h"

namespace clew::examine {
namespace {

class AccountCase {
 public:
  AccountCase(const account::Snapshot& snapshot, const AccountWords& words)
      : snapshot_(snapshot), words_(words) {}

  CaseFile of(account::AddressId subject) {
    file_.chain = words_.chain;
    file_.transaction_text = words_.transaction;
    account(subject);
    file_.address = file_.accounts.front();
    snapshot_.for_each_posting(subject, 0, [&](const account::Posting& posting) {
      add(posting);
      return true;
    });
    file_.extent.source = words_.chain;
    file_.snapshot = snapshot_.version();
    return std::move(file_);
  }

 private:
  std::uint32_t account(account::AddressId id) {
    const auto seen = accounts_.see({reinterpret_cast<const char*>(&id), sizeof id});
    if (seen.first) file_.accounts.push_back(words_.address(snapshot_.address(id)));
    return seen.number;
  }
  std::uint32_t token(account::AssetId id) {
    const auto seen = tokens_.see({reinterpret_cast<const char*>(&id), sizeof id});
    if (seen.first) file_.tokens.push_back(words_.token(snapshot_.asset(id)));
    return seen.number;
  }
  // Rows are to be in order of time: the clocks of those who make blocks need not be, and blocks
  // that were made of lists may have no time at all, which stands as 0.
  std::int64_t time_of(account::TransferId transfer) {
    const auto time =
        static_cast<std::int64_t>(snapshot_.time_of(snapshot_.block_of_transfer(transfer)));
    if (time == 0) file_.untimed.push_back(static_cast<std::uint32_t>(file_.rows.size()));
    return file_.rows.empty() ? time : std::max(time, file_.rows.back().time);
  }
  void add(const account::Posting& posting) {
    const auto row = snapshot_.transfer(posting.transfer);
    if (row.from == account::kNoAddress || row.to == account::kNoAddress) return;
    if (row.from == row.to && !posting.sends) return;  // comes twice
    const auto tx = snapshot_.tx_of_transfer(row.id);
    if (!tx) return;
    anomaly::Row out;
    out.time = time_of(row.id);
    out.value = row.value;
    out.from = account(row.from);
    out.to = account(row.to);
    out.token = token(row.asset);
    file_.rows.push_back(out);
    file_.transactions.push_back(snapshot_.tx_hash(*tx));
  }

  const account::Snapshot& snapshot_;
  const AccountWords& words_;
  CaseFile file_;
  Numbering accounts_, tokens_;
};

}  // namespace

CaseFile account_case(const account::Snapshot& snapshot, account::AddressId subject,
                      const AccountWords& words) {
  return AccountCase(snapshot, words).of(subject);
}

}  // namespace clew::examine
