#include "chain/evm/rpc_state.h"

namespace clew::evm {
namespace {

template <std::size_t N>
Result<std::array<std::uint8_t, N>> read_key(std::string_view key) {
  std::array<std::uint8_t, N> fixed;
  CLEW_CHECK(read_fixed(key, key, fixed));
  return fixed;
}

// A storage word; leading zeros may be missing.
Result<Hash256> read_word(std::string_view text, std::string_view key) {
  CLEW_TRY(number, read_u256(text, key));
  return number.to_big_endian();
}

Result<Bytes> read_bytes(std::string_view text, std::string_view key) {
  if (!text.starts_with("0x")) return fail_field(key, "does not begin with \"0x\"");
  auto bytes = from_hex(text.substr(2));
  if (!bytes) return fail_field(key, "not hexadecimal");
  return std::move(*bytes);
}

// The texts that a change is made of.
template <class T, class Read>
Result<void> read_change(JsonValue value, std::string_view key, Change<T>& change, Read read) {
  std::string_view text;
  if (value.get_string().get(text) == simdjson::SUCCESS) {
    if (text == "=") return {};
    return fail_field(key, "neither \"=\" nor an object");
  }
  const auto put = [&](std::optional<T>& to, JsonValue item) -> Result<void> {
    CLEW_TRY(told, read_text(item, key));
    CLEW_TRY(read_value, read(told, key));
    to = std::move(read_value);
    return {};
  };
  return for_each_field(value, key, [&](std::string_view kind, JsonValue item) -> Result<void> {
    if (kind == "+") return put(change.to, item);
    if (kind == "-") return put(change.from, item);
    if (kind != "*") return fail_field(key, "\"" + std::string(kind) + "\" is no kind of change");
    return for_each_field(item, key, [&](std::string_view side, JsonValue told) -> Result<void> {
      if (side == "from") return put(change.from, told);
      if (side == "to") return put(change.to, told);
      return {};
    });
  });
}

Result<AccountState> read_account_state(JsonValue value) {
  AccountState account;
  CLEW_CHECK(
      for_each_field(value, "account", [&](std::string_view key, JsonValue item) -> Result<void> {
        if (key == "nonce") {  // the only number, and the only one in either form
          std::uint64_t nonce = 0;
          if (item.get_uint64().get(nonce) != simdjson::SUCCESS) {
            CLEW_TRY(text, read_text(item, key));
            CLEW_TRY(number, read_u64(text, key));
            nonce = number;
          }
          account.nonce = nonce;
          return {};
        }
        if (key == "storage") {
          return for_each_field(item, key,
                                [&](std::string_view slot, JsonValue word) -> Result<void> {
                                  CLEW_TRY(at, read_key<32>(slot));
                                  CLEW_TRY(text, read_text(word, slot));
                                  CLEW_TRY(told, read_word(text, slot));
                                  account.storage[at] = told;
                                  return {};
                                });
        }
        if (key != "balance" && key != "code" && key != "codeHash") return {};
        CLEW_TRY(text, read_text(item, key));
        if (text.data() == nullptr) return {};
        if (key == "codeHash") return read_fixed(text, key, account.code_hash.emplace());
        if (key == "balance") {
          CLEW_TRY(number, read_u256(text, key));
          account.balance = number;
        } else {
          CLEW_TRY(bytes, read_bytes(text, key));
          account.code = std::move(bytes);
        }
        return {};
      }));
  return account;
}

Result<AccountDiff> read_account_diff(JsonValue value) {
  AccountDiff diff;
  CLEW_CHECK(
      for_each_field(value, "account", [&](std::string_view key, JsonValue item) -> Result<void> {
        if (key == "balance") return read_change(item, key, diff.balance, read_u256);
        if (key == "nonce") return read_change(item, key, diff.nonce, read_u64);
        if (key == "code") return read_change(item, key, diff.code, read_bytes);
        if (key != "storage") return {};
        return for_each_field(item, key,
                              [&](std::string_view slot, JsonValue word) -> Result<void> {
                                CLEW_TRY(at, read_key<32>(slot));
                                return read_change(word, slot, diff.storage[at], read_word);
                              });
      }));
  return diff;
}

// An object of accounts by address.
template <class T, class Read>
Result<std::map<Address, T>> read_accounts(JsonValue value, std::string_view name, Read read) {
  std::map<Address, T> accounts;
  CLEW_CHECK(for_each_field(value, name, [&](std::string_view key, JsonValue item) -> Result<void> {
    CLEW_TRY(address, read_key<20>(key));
    auto account = read(item);
    if (!account) {
      return fail(std::move(account).error().within("account " + std::string(key)));
    }
    if (!accounts.emplace(address, std::move(*account)).second) {
      return fail_field(key, "told twice");
    }
    return {};
  }));
  return accounts;
}

}  // namespace

Result<AccountStates> read_account_states(JsonValue value) {
  return read_accounts<AccountState>(value, "prestate", read_account_state);
}

Result<PrestateDiff> read_prestate_diff(JsonValue value) {
  PrestateDiff diff;
  bool has_before = false, has_after = false;
  CLEW_CHECK(
      for_each_field(value, "prestate", [&](std::string_view key, JsonValue item) -> Result<void> {
        if (key != "pre" && key != "post") return {};
        (key == "pre" ? has_before : has_after) = true;
        CLEW_TRY(accounts, read_account_states(item));
        (key == "pre" ? diff.before : diff.after) = std::move(accounts);
        return {};
      }));
  if (!has_before) return fail_missing("pre");
  if (!has_after) return fail_missing("post");
  return diff;
}

Result<StateDiff> read_parity_state_diff(JsonValue value) {
  return read_accounts<AccountDiff>(value, "stateDiff", read_account_diff);
}

}  // namespace clew::evm
