// Signatures, ABI files, calldata by any signature, and what tokens say of themselves. The first
// byte picks what the rest is; a signature ends at the first zero, and calldata follows.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/utf8.h"
#include "chain/evm/abi_json.h"
#include "chain/evm/signature_book.h"
#include "chain/evm/token_metadata.h"

namespace {

using namespace clew;
using namespace clew::evm;

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr std::size_t kValuesMax = 2000;

std::size_t count(const std::vector<AbiValue>& values) {
  std::size_t all = values.size();
  for (const AbiValue& value : values)
    all += count(value.items);
  return all;
}

void fuzz_signature(std::string_view text, ByteView data) {
  const auto parsed = parse_signature(text);
  if (!parsed) return;
  const auto again = parse_signature(canonical(*parsed));
  require(again && canonical(*again) == canonical(*parsed));
  const auto named = parse_signature(described(*parsed));
  require(named && canonical(*named) == canonical(*parsed));
  const auto arguments = decode_abi(parsed->parameters, data, kValuesMax);
  if (!arguments) return;
  require(arguments->values.size() == parsed->parameters.size());
  require(count(arguments->values) <= kValuesMax);
  require(arguments->size <= data.size());
  std::string json;
  JsonText writer(json);
  writer.open_array();
  for (std::size_t i = 0; i < arguments->values.size(); ++i)
    write_json(writer, parsed->parameters[i].type, arguments->values[i]);
  writer.close_array();
  require(valid_utf8(json));
}

void fuzz_abi(std::string_view text) {
  const auto abi = read_contract_abi(text);
  if (!abi) return;
  for (const auto& list : {abi->functions, abi->events, abi->errors}) {
    for (const AbiSignature& one : list)
      (void)canonical(one);
  }
}

void fuzz_call(ByteView data) {
  static const SignatureBook book;
  static const std::vector<std::string_view> kSelectors = {
      "safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)",
      "swap(uint256,uint256,address,bytes)", "transfer(address,uint256)",
      "swapExactTokensForTokens(uint256,uint256,address[],address,uint256)"};
  if (data.empty()) return;
  const Selector selector = selector_of(kSelectors[data[0] % kSelectors.size()]);
  Bytes input(selector.begin(), selector.end());
  input.insert(input.end(), data.begin() + 1, data.end());
  if (const auto named = book.name_input(input)) {
    require(named->values.size() == named->signature.parameters.size());
  }
  Log log{};
  log.topic_count = data[0] % 5;
  log.topics[0] = topic_of(*parse_signature("Transfer(address,address,uint256)"));
  log.data = data.subspan(1);
  if (const auto named = book.name_log(log)) {
    require(named->values.size() == named->signature.parameters.size());
  }
}

void fuzz_token(ByteView data) {
  TokenMetadata token;
  for (std::size_t i = 0; i < kTokenQuestions; ++i)
    apply_answer(static_cast<TokenQuestion>(i), data, token);
  for (const auto& text : {token.name, token.symbol})
    require(!text || (valid_utf8(*text) && text->size() <= kTokenTextMax));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView rest(data + 1, size - 1);
  const std::string_view text(reinterpret_cast<const char*>(rest.data()), rest.size());
  switch (data[0] % 5) {
    case 0: {
      const std::size_t end = std::min(text.find('\0'), text.size());
      fuzz_signature(text.substr(0, end), rest.subspan(std::min(end + 1, rest.size())));
      break;
    }
    case 1:
      fuzz_abi(text);
      break;
    case 2:
      fuzz_call(rest);
      break;
    case 3:
      fuzz_token(rest);
      break;
    default: {
      SignatureBook::Loaded loaded;
      static SignatureBook book;
      if (book.functions() > 5000) book = SignatureBook();
      loaded = book.add_lines(text);
      require(loaded.added + loaded.refused <= rest.size());
    }
  }
  return 0;
}
