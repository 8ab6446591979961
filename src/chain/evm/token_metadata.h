// What a token says of itself when it is called: name, symbol, decimals (ERC-20), and which
// interfaces it has (ERC-165). The answers are any bytes that a stranger's contract likes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/bytes.h"

namespace clew::evm {

struct TokenMetadata {
  std::optional<std::string> name, symbol;  // UTF-8, at most kTokenTextMax bytes
  std::optional<std::uint8_t> decimals;
  bool erc721 = false, erc1155 = false;
};

inline constexpr std::size_t kTokenTextMax = 256;

// The calls to make of a token: eth_call with this data. A call that fails is no answer.
enum class TokenQuestion : std::uint8_t { name, symbol, decimals, erc721, erc1155 };
inline constexpr std::size_t kTokenQuestions = 5;
ByteView call_data(TokenQuestion question);

// Puts an answer where it belongs; one that makes no sense leaves everything as it is.
void apply_answer(TokenQuestion question, ByteView answer, TokenMetadata& token);

// A text, as `string` or, from before that was usual, `bytes32` filled up with zeros. Bytes that
// are not UTF-8 become U+FFFD, zeros at the end are taken off, and what is longer than
// kTokenTextMax is cut between two characters. Nothing if it is neither.
std::optional<std::string> decode_token_text(ByteView answer);
std::optional<std::uint8_t> decode_decimals(ByteView answer);

}  // namespace clew::evm
