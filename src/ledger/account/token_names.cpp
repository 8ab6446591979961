#include "ledger/account/token_names.h"

#include <mutex>
#include <nlohmann/json.hpp>

#include "base/utf8.h"
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

std::string damage_text(const std::string& path) {
  return path + " is damaged: what tokens are called is not all known; the file may be deleted";
}

std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
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

// Whether the line is as it was written.
bool is_whole(std::string_view line) {
  if (line.size() < kDocumentAt || line[kContractDigits] != ' ' || line[kDocumentAt - 1] != ' ')
    return false;
  return line.substr(kContractDigits + 1, kDigestDigits) ==
         digest_of(line.substr(0, kContractDigits), line.substr(kDocumentAt));
}

std::optional<TokenName> parse(std::string_view line) {
  if (!is_whole(line)) return std::nullopt;
  const auto document = Json::parse(line.substr(kDocumentAt), nullptr, false);
  if (!document.is_object()) return std::nullopt;
  TokenName token;
  for (const auto& [key, value] : document.items()) {
    if (key == "name" && value.is_string()) token.name = value.get<std::string>();
    if (key == "symbol" && value.is_string()) token.symbol = value.get<std::string>();
    if (key == "decimals" && value.is_number_unsigned() && value <= 255)
      token.decimals = value.get<std::uint8_t>();
    if (key == "erc721") token.erc721 = value == true;
    if (key == "erc1155") token.erc1155 = value == true;
  }
  return token;
}

// Takes the next line off `rest`.
std::string_view next_line(std::string_view& rest) {
  const auto line = rest.substr(0, std::min(rest.find('\n'), rest.size()));
  rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  return line;
}

// The line that holds the byte at `at`, and where it begins.
std::string_view line_around(std::string_view text, std::size_t at, std::size_t& begin) {
  const auto before = at == 0 ? text.npos : text.rfind('\n', at - 1);
  begin = before == text.npos ? 0 : before + 1;
  return text.substr(begin, std::min(text.find('\n', at), text.size()) - begin);
}

}  // namespace

struct TokenNames::Content {
  std::string path;
  std::shared_ptr<const MappedFile> file;
  std::function<void(const std::string&)> tell;
  std::once_flag told;
};

Result<TokenNames> TokenNames::open(const std::string& directory,
                                    std::function<void(const std::string&)> tell,
                                    FileSystem& files) {
  TokenNames names;
  const auto path = path_of(directory);
  if (!files.exists(path)) return names;
  CLEW_TRY(size, files.size(path));
  if (size == 0) return names;
  CLEW_TRY(file, files.map(path));
  names.content_ = std::make_shared<Content>();
  names.content_->path = path;
  names.content_->file = std::move(file);
  names.content_->tell = std::move(tell);
  return names;
}

// Lines are in order of their contracts.
std::optional<TokenName> TokenNames::find(const chain::Account& contract) const {
  if (!content_) return std::nullopt;
  const auto text = text_of(content_->file->bytes());
  const auto wanted = to_hex(contract);
  std::size_t low = 0, high = text.size();  // of the lines that may hold it
  while (low < high) {
    std::size_t begin = 0;
    const auto line = line_around(text, low + (high - low) / 2, begin);
    const auto order = line.substr(0, kContractDigits).compare(wanted);
    if (order == 0) {
      auto token = parse(line);
      if (!token && content_->tell)
        std::call_once(content_->told, [&] { content_->tell(damage_text(content_->path)); });
      return token;
    }
    if (order < 0)
      low = std::min(begin + line.size() + 1, text.size());
    else
      high = begin;
  }
  return std::nullopt;
}

Result<std::vector<std::string>> verify_token_names(const std::string& directory,
                                                    FileSystem& files) {
  const auto path = path_of(directory);
  if (!files.exists(path)) return std::vector<std::string>();
  CLEW_TRY(bytes, files.read(path));
  std::string_view rest = text_of(bytes), last;
  std::uint64_t number = 0, damaged = 0, first = 0;
  while (!rest.empty()) {
    const auto line = next_line(rest);
    ++number;
    const auto contract = line.substr(0, kContractDigits);
    if (parse(line) && contract > last) {
      last = contract;
    } else if (damaged++ == 0) {
      first = number;
    }
  }
  if (damaged == 0) return std::vector<std::string>();
  return std::vector<std::string>{damage_text(path) + "; of " + std::to_string(number) +
                                  " lines not as written: " + std::to_string(damaged) +
                                  ", the first is line " + std::to_string(first)};
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
  std::string_view rest = text_of(old), last;
  std::string out;
  out.reserve(old.size());
  auto next = tokens.begin();
  std::string digits = to_hex(next->first);
  const auto add = [&] {
    out += line_of(next->first, next->second);
    if (++next != tokens.end()) digits = to_hex(next->first);
  };
  while (!rest.empty()) {
    const auto line = next_line(rest);
    const auto contract = line.substr(0, kContractDigits);
    // What is damaged is left out, to be asked for again; the rest is copied as it is.
    if (!is_whole(line) || contract <= last) continue;
    last = contract;
    while (next != tokens.end() && digits < contract)
      add();
    if (next != tokens.end() && digits == contract)
      add();
    else
      (out += line) += '\n';
  }
  while (next != tokens.end())
    add();
  return write_atomically(files, path, as_bytes(out));
}

}  // namespace clew::account
