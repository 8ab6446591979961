// Names for the selectors and topics on the chain: those of the usual tokens, wrapped coins and
// Uniswap V2 are built in, others are loaded.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "chain/evm/abi_decode.h"
#include "chain/evm/abi_signature.h"
#include "chain/evm/call.h"
#include "chain/evm/receipt.h"

namespace clew::evm {

// A call's or log's name and arguments. The values view its data.
struct Named {
  AbiSignature signature;
  std::vector<AbiValue> values;  // one a parameter; of what is indexed but not one word, its hash
  // Whether the data is what the signature writes and nothing more. Else it may be another's with
  // the same four bytes.
  bool exact = false;
};

class SignatureBook {
 public:
  // With the built-in signatures.
  SignatureBook();

  // A function in the canonical form or any other that parse_signature() takes. Signatures that
  // were added earlier come first where several have the same selector; the same one again adds
  // nothing.
  Result<void> add_function(std::string_view signature);
  Result<void> add_event(std::string_view signature);
  // All functions and events of a contract's ABI file.
  Result<void> add_abi(std::string_view json);

  // Lines of a selector of 8 digits and a canonical signature, with or without quotes, as the
  // databases of 4-byte signatures have it: "a9059cbb","transfer(address,uint256)". Lines that are
  // not so, or whose selector is another, are not added.
  struct Loaded {
    std::size_t added = 0, refused = 0;
  };
  Loaded add_lines(std::string_view text);

  std::size_t functions() const { return function_count_; }

  // Of the signatures with the call's selector, the one that fits best; nothing if none fits, or
  // the call is no call, or it has no selector.
  std::optional<Named> name_call(const Call& call) const;
  std::optional<Named> name_input(ByteView input) const;
  std::optional<Named> name_log(const Log& log) const;

 private:
  void add_text(const Selector& selector, std::string text);

  // Texts, as hundreds of thousands may be loaded: parsed when needed.
  std::map<Selector, std::vector<std::string>> functions_;
  std::map<Hash256, std::vector<AbiSignature>> events_;
  std::size_t function_count_ = 0;
};

}  // namespace clew::evm
