#include <algorithm>
#include <utility>

#include "detect/examine/ledger_case.h"

namespace clew::examine {
namespace {

constexpr std::uint8_t kCoinDecimals = 8;

// What one transaction did to the subject.
struct Flow {
  ledger::TxIndex tx = 0;
  std::int64_t received = 0, spent = 0;
  bool known = true;  // all of its amounts
};

class OutputCase {
 public:
  OutputCase(const ledger::Snapshot& snapshot, ledger::AddressId subject)
      : snapshot_(snapshot), subject_(subject) {}

  CaseFile of(const std::string& chain, const std::string& symbol) {
    file_.chain = chain;
    file_.transaction_text = to_display;
    file_.tokens.push_back({symbol, symbol, kCoinDecimals});
    account(subject_);
    file_.address = file_.accounts.front();
    Flow flow;
    for (const auto& posting : snapshot_.history(subject_)) {
      if (posting.tx != flow.tx) end(std::exchange(flow, Flow{.tx = posting.tx}));
      take(flow, posting);
    }
    end(flow);
    if (unknown_amounts_ > 0) {
      file_.extent.complete = false;
      file_.extent.missing = std::to_string(unknown_amounts_) +
                             " transactions are left out: they spent an amount that is not known";
    }
    note(nobody_, " rows came from or went to nobody whose address is known");
    file_.extent.source = chain;
    file_.snapshot = snapshot_.version();
    return std::move(file_);
  }

 private:
  void note(std::uint64_t count, const char* what) {
    if (count > 0) file_.extent.notes.push_back(std::to_string(count) + what);
  }
  std::uint32_t account(ledger::AddressId id) {
    const auto seen = accounts_.see({reinterpret_cast<const char*>(&id), sizeof id});
    if (seen.first)
      file_.accounts.push_back(id == ledger::kNoAddress ? "" : snapshot_.address_text(id));
    return seen.number;
  }
  void take(Flow& flow, const ledger::Posting& posting) {
    if (!posting.spends) {
      flow.received += snapshot_.value(posting.row);
    } else if (const auto value = snapshot_.input_value(posting.row)) {
      flow.spent += *value;
    } else {
      flow.known = false;
    }
  }
  // Of the others that it paid, the one that got most in one output.
  ledger::AddressId receiver(const ledger::TxRow& tx) const {
    ledger::AddressId best = ledger::kNoAddress;
    std::int64_t most = -1;
    for (std::uint32_t i = 0; i < tx.output_count; ++i) {
      const auto output = tx.first_output + i;
      const auto address = snapshot_.output_address(output);
      if (address == subject_ || snapshot_.value(output) <= most) continue;
      most = snapshot_.value(output);
      best = address;
    }
    return most < 0 ? subject_ : best;
  }
  ledger::AddressId sender(const ledger::TxRow& tx) const {
    ledger::AddressId best = ledger::kNoAddress;
    std::int64_t most = -1;
    for (std::uint32_t i = 0; i < tx.input_count && !tx.coinbase; ++i) {
      const auto input = tx.first_input + i;
      const auto value = snapshot_.input_value(input).value_or(0);
      if (value <= most) continue;
      most = value;
      best = snapshot_.input_address(input);
    }
    return best;
  }
  void end(const Flow& flow) {
    if (flow.received == 0 && flow.spent == 0 && flow.known) return;
    if (!flow.known) {
      ++unknown_amounts_;
      return;
    }
    const auto tx = snapshot_.tx(flow.tx);
    const bool sends = flow.spent > flow.received;
    const auto other = sends ? receiver(tx) : sender(tx);
    if (other == subject_) return;
    if (other == ledger::kNoAddress) ++nobody_;
    anomaly::Row row;
    row.time = snapshot_.time_of(tx.block);
    row.value = U256(static_cast<std::uint64_t>(sends ? flow.spent - flow.received
                                                      : flow.received - flow.spent));
    const auto number = account(other);
    row.from = sends ? 0 : number;
    row.to = sends ? number : 0;
    // Blocks may bear times before those of the blocks that they follow.
    if (!file_.rows.empty()) row.time = std::max(row.time, file_.rows.back().time);
    file_.rows.push_back(row);
    file_.transactions.push_back(snapshot_.txid(flow.tx));
  }

  const ledger::Snapshot& snapshot_;
  const ledger::AddressId subject_;
  CaseFile file_;
  Numbering accounts_;
  std::uint64_t unknown_amounts_ = 0, nobody_ = 0;
};

}  // namespace

CaseFile output_case(const ledger::Snapshot& snapshot, ledger::AddressId subject,
                     const std::string& chain, const std::string& symbol) {
  return OutputCase(snapshot, subject).of(chain, symbol);
}

}  // namespace clew::examine
