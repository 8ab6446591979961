#include "chain/evm/token_metadata.h"

#include <algorithm>
#include <array>

#include "base/u256.h"
#include "base/utf8.h"
#include "chain/evm/abi_decode.h"
#include "chain/evm/abi_signature.h"

namespace clew::evm {
namespace {

constexpr std::size_t kWord = 32;

Bytes with_selector(std::string_view signature) {
  const Selector selector = selector_of(signature);
  return {selector.begin(), selector.end()};
}

// supportsInterface(bytes4) of ERC-165.
Bytes interface_question(std::array<std::uint8_t, 4> id) {
  Bytes data = with_selector("supportsInterface(bytes4)");
  data.insert(data.end(), id.begin(), id.end());
  data.resize(data.size() + kWord - id.size());
  return data;
}

std::string to_token_text(ByteView bytes) {
  while (!bytes.empty() && bytes.back() == 0)
    bytes = bytes.first(bytes.size() - 1);
  // More bytes than can be kept need not be looked at: U+FFFD is longer than what it stands for.
  bytes = bytes.first(std::min(bytes.size(), kTokenTextMax));
  std::string text = to_valid_utf8({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  std::size_t size = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t next = first_character(rest)->size;
    if (size + next > kTokenTextMax) break;
    size += next;
    rest.remove_prefix(next);
  }
  text.resize(size);
  return text;
}

bool is_true(ByteView answer) {
  return answer.size() == kWord && U256::from_big_endian(answer) == U256(1);
}

}  // namespace

ByteView call_data(TokenQuestion question) {
  static const std::array<Bytes, kTokenQuestions> kData = {
      with_selector("name()"), with_selector("symbol()"), with_selector("decimals()"),
      interface_question({0x80, 0xac, 0x58, 0xcd}), interface_question({0xd9, 0xb6, 0x7a, 0x26})};
  return kData[static_cast<std::size_t>(question)];
}

std::optional<std::string> decode_token_text(ByteView answer) {
  if (answer.size() == kWord) return to_token_text(answer);
  static const AbiParameter kText{*make_abi_type("string", {}), "", false};
  const auto decoded = decode_abi({&kText, 1}, answer);
  if (!decoded) return std::nullopt;
  return to_token_text(decoded->values[0].bytes);
}

std::optional<std::uint8_t> decode_decimals(ByteView answer) {
  // Some contracts give more than the one word that was asked for.
  if (answer.size() < kWord) return std::nullopt;
  const auto number = U256::from_big_endian(answer.first(kWord))->to_u64();
  if (!number || *number > 0xff) return std::nullopt;
  return static_cast<std::uint8_t>(*number);
}

void apply_answer(TokenQuestion question, ByteView answer, TokenMetadata& token) {
  switch (question) {
    case TokenQuestion::name:
      if (auto text = decode_token_text(answer)) token.name = std::move(text);
      return;
    case TokenQuestion::symbol:
      if (auto text = decode_token_text(answer)) token.symbol = std::move(text);
      return;
    case TokenQuestion::decimals:
      if (const auto number = decode_decimals(answer)) token.decimals = number;
      return;
    case TokenQuestion::erc721:
      if (is_true(answer)) token.erc721 = true;
      return;
    case TokenQuestion::erc1155:
      if (is_true(answer)) token.erc1155 = true;
      return;
  }
}

}  // namespace clew::evm
