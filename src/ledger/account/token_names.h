// What tokens say of themselves: name, symbol, decimals. Nothing of it is in blocks, and no hash
// holds it: it is a stranger's word, kept beside the segments in a file of its own, which a ledger
// can be without. Format: docs/formats/account-segment.md.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "chain/transfer.h"

namespace clew::account {

struct TokenName {
  std::optional<std::string> name, symbol;  // UTF-8 of any content
  std::optional<std::uint8_t> decimals;
  bool erc721 = false, erc1155 = false;  // as it says (ERC-165)

  bool operator==(const TokenName&) const = default;
};

// A reader's view: what was there when it was opened.
class TokenNames {
 public:
  // None known if there is no such file in the chain's folder. `tell` gets, once, a sentence that
  // names the file when a damaged entry is met; it may be called by any thread that asks.
  static Result<TokenNames> open(const std::string& directory,
                                 std::function<void(const std::string&)> tell = {},
                                 FileSystem& files = real_files());
  TokenNames() = default;

  // Nothing if the token is not known, or its entry is damaged.
  std::optional<TokenName> find(const chain::Account& contract) const;

 private:
  struct Content;
  std::shared_ptr<Content> content_;
};

// A sentence for the file if not all of it is as it was written.
Result<std::vector<std::string>> verify_token_names(const std::string& directory,
                                                    FileSystem& files = real_files());

// Adds tokens, or replaces what is known of them, all or none. For who holds the ledger's lock.
// Copies the whole file: who adds often collects first.
Result<void> add_token_names(const std::string& directory,
                             const std::map<chain::Account, TokenName>& tokens,
                             FileSystem& files = real_files());

}  // namespace clew::account
