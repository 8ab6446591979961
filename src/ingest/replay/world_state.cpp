#include "ingest/replay/world_state.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "ingest/replay/params.h"

namespace clew::replay {

using simulate::ethereum::IndexEntry;
using simulate::ethereum::Store;
using simulate::ethereum::StoredBalance;
using simulate::ethereum::StoredBlock;

Result<std::unique_ptr<WorldState>> WorldState::open(FileSystem& files,
                                                     const std::string& directory,
                                                     const Store& store) {
  const std::string path = directory + "/contracts.json";
  CLEW_TRY(text, files.read(path));
  const Json json = Json::parse(text.begin(), text.end(), nullptr, false);
  std::unique_ptr<WorldState> state(new WorldState(store));
  for (const Json& token : field(json, "tokens")) {
    const auto address = read_address(field(token, "address"));
    const Json &name = field(token, "name"), &symbol = field(token, "symbol"),
               &decimals = field(token, "decimals");
    if (!address || !name.is_string() || !symbol.is_string() || !decimals.is_number_unsigned())
      return fail(ErrorKind::data, path + ": a token lacks something");
    state->tokens_[*address] = {name, symbol, decimals};
  }
  for (const Json& contract : field(json, "contracts")) {
    const auto address = read_address(field(contract, "address"));
    const Json& code = field(contract, "code");
    const auto bytes =
        code.is_string() ? from_hex(std::string_view(code.get_ref<const std::string&>()).substr(2))
                         : std::nullopt;
    if (!address || !bytes) return fail(ErrorKind::data, path + ": a contract lacks something");
    state->code_[*address] = *bytes;
  }
  return state;
}

const TokenFacts* WorldState::token(const evm::Address& contract) const {
  const auto found = tokens_.find(contract);
  return found == tokens_.end() ? nullptr : &found->second;
}

Bytes WorldState::code(const evm::Address& account) const {
  const auto found = code_.find(account);
  return found == code_.end() ? Bytes() : found->second;
}

Result<void> WorldState::read_chain() {
  if (read_) return {};
  StoredBlock block;
  for (const IndexEntry& entry : store_.chain()) {
    CLEW_CHECK(store_.read(entry, block));
    for (const StoredBalance& balance : block.balances)
      if (balance.token_id.is_zero())
        written_[{balance.contract, balance.holder}].push_back({entry.number, balance.amount});
  }
  read_ = true;
  return {};
}

// Back along the branch, then in the best chain's table.
Result<U256> WorldState::balance(const View& view, std::uint64_t number,
                                 const evm::Address& contract, const evm::Address& holder) {
  const std::lock_guard lock(mutex_);
  CLEW_CHECK(read_chain());
  StoredBlock block;
  for (; view.branch != 0 && number >= view.from; --number) {
    const IndexEntry* entry = view.find(store_, number);
    if (entry == nullptr) continue;
    CLEW_CHECK(store_.read(*entry, block));
    for (const StoredBalance& balance : block.balances)
      if (balance.contract == contract && balance.holder == holder && balance.token_id.is_zero())
        return balance.amount;
  }
  const auto found = written_.find({contract, holder});
  if (found == written_.end()) return U256();
  const auto after = std::ranges::upper_bound(found->second, number, {}, &Written::number);
  return after == found->second.begin() ? U256() : std::prev(after)->amount;
}

}  // namespace clew::replay
