#include "ledger/account/token_names.h"

#include <nlohmann/json.hpp>

#include "base/utf8.h"
#include "ledger/chain_state.h"
#include "ledger/segment_store.h"

namespace clew::account {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kContractDigits = 40, kDigestDigits = 16;
// "<contract> <digest> <document>"
constexpr std::size_t kDocumentAt = kContractDigits + 1 + kDigestDigits + 1;

std::string path_of(const std::string& directory) {
  return directory + "/TOKENS";
}

std::string_view text_of(const MappedFile& file) {
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

std::string digest_of(std::string_view contract, std::string_view document) {
  const std::string covered = std::string(contract) + " " + std::string(document);
  return ledger::digest_text(as_bytes(covered));
}

std::string line_of(const chain::Account& contract, const TokenName& token) {
  Json document = Json::object();
  if (token.name) document["name"] = to_valid_utf8(*token.name);
  if (token.symbol) document["symbol"] = to_valid_utf8(*token.symbol);
  if (token.decimals) document["decimals"] = *token.decimals;
  if (token.erc721) document["erc721"] = true;
  if (token.erc1155) document["erc1155"] = true;
  const auto digits = to_hex(contract), text = document.dump();
  return digits + " " + digest_of(digits, text) + " " + text + "\n";
}

// Nothing if the line is not as it was written.
std::optional<TokenName> parse(std::string_view line) {
  if (line.size() < kDocumentAt) return std::nullopt;
  const auto contract = line.substr(0, kContractDigits), text = line.substr(kDocumentAt);
  if (line.substr(kContractDigits + 1, kDigestDigits) != digest_of(contract, text))
    return std::nullopt;
  const auto document = Json::parse(text, nullptr, false);
  if (!document.is_object()) return std::nullopt;
  TokenName token;
  for (const auto& [key, value] : document.items()) {
    if (key == "name" && value.is_string()) token.name = value.get<std::string>();
    if (key == "symbol" && value.is_string()) token.symbol = value.get<std::string>();
    if (key == "decimals" && value.is_number_unsigned()) token.decimals = value.get<std::uint8_t>();
    if (key == "erc721") token.erc721 = value == true;
    if (key == "erc1155") token.erc1155 = value == true;
  }
  return token;
}

// The line that holds the byte at `at`, and where it begins.
std::string_view line_around(std::string_view text, std::size_t at, std::size_t& begin) {
  const auto before = at == 0 ? text.npos : text.rfind('\n', at - 1);
  begin = before == text.npos ? 0 : before + 1;
  return text.substr(begin, std::min(text.find('\n', at), text.size()) - begin);
}

}  // namespace

Result<TokenNames> TokenNames::open(const std::string& directory, FileSystem& files) {
  TokenNames names;
  const auto path = path_of(directory);
  if (!files.exists(path)) return names;
  CLEW_TRY(size, files.size(path));
  if (size == 0) return names;
  CLEW_TRY(file, files.map(path));
  names.file_ = std::move(file);
  return names;
}

// Lines are in order of their contracts.
std::optional<TokenName> TokenNames::find(const chain::Account& contract) const {
  if (!file_) return std::nullopt;
  const auto text = text_of(*file_);
  const auto wanted = to_hex(contract);
  std::size_t low = 0, high = text.size();  // of the lines that may hold it
  while (low < high) {
    std::size_t begin = 0;
    const auto line = line_around(text, low + (high - low) / 2, begin);
    const auto order = line.substr(0, kContractDigits).compare(wanted);
    if (order == 0) {
      if (auto token = parse(line)) return token;
      throw ledger::Corruption("TOKENS: the entry of 0x" + wanted + " does not match its checksum");
    }
    if (order < 0)
      low = std::min(begin + line.size() + 1, text.size());
    else
      high = begin;
  }
  return std::nullopt;
}

Result<void> add_token_names(const std::string& directory,
                             const std::map<chain::Account, TokenName>& tokens, FileSystem& files) {
  if (tokens.empty()) return {};
  const auto path = path_of(directory);
  Bytes old;
  if (files.exists(path)) {
    CLEW_TRY(bytes, files.read(path));
    old = std::move(bytes);
  }
  std::string_view rest(reinterpret_cast<const char*>(old.data()), old.size());
  std::string out;
  auto next = tokens.begin();
  const auto add_until = [&](std::string_view contract) {
    for (; next != tokens.end() && to_hex(next->first) < contract; ++next)
      out += line_of(next->first, next->second);
  };
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto contract = line.substr(0, kContractDigits);
    add_until(contract);
    const bool replaced = next != tokens.end() && to_hex(next->first) == contract;
    // What is damaged is left out, to be asked for again.
    if (!replaced && parse(line)) out += std::string(line) + "\n";
  }
  add_until("g");  // after every digit
  return write_atomically(files, path, as_bytes(out));
}

}  // namespace clew::account
