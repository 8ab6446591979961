#include "chain/evm/signature_book.h"

#include <algorithm>

#include "base/keccak.h"
#include "chain/evm/abi_json.h"
#include "chain/evm/known_signatures.h"

namespace clew::evm {
namespace {

std::string_view unquoted(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

struct Line {
  Selector selector{};
  std::string_view signature;
};

std::optional<Line> read_line(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  const std::size_t comma = line.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  std::string_view digits = unquoted(line.substr(0, comma));
  if (digits.starts_with("0x")) digits.remove_prefix(2);
  Line read;
  if (digits.size() != 2 * read.selector.size()) return std::nullopt;
  if (!hex_into(digits, read.selector.data())) return std::nullopt;
  read.signature = unquoted(line.substr(comma + 1));
  if (read.signature.size() > AbiLimits::kTextMax) return std::nullopt;
  return read;
}

// How well arguments fit the data they were read from.
int rank(const AbiArguments& arguments, std::size_t data_size) {
  return (arguments.clean ? 2 : 0) + (arguments.size == data_size ? 1 : 0);
}
constexpr int kRankExact = 3;

bool is_one_word(const AbiType& type) {
  return type.kind < AbiType::Kind::bytes;
}

}  // namespace

SignatureBook::SignatureBook() {
  // What is built in can be read: a test adds each by itself.
  for (const std::string_view text : known_functions())
    (void)add_function(text);
  for (const std::string_view text : known_events())
    (void)add_event(text);
}

void SignatureBook::add_text(const Selector& selector, std::string text) {
  auto& texts = functions_[selector];
  // The same signature may be there with names of its parameters.
  const auto same = [&](const std::string& one) {
    if (one == text) return true;
    const auto a = parse_signature(one), b = parse_signature(text);
    return a && b && canonical(*a) == canonical(*b);
  };
  if (!texts.empty() && std::ranges::any_of(texts, same)) return;
  texts.push_back(std::move(text));
  ++function_count_;
}

Result<void> SignatureBook::add_function(std::string_view signature) {
  CLEW_TRY(parsed, parse_signature(signature));
  add_text(selector_of(parsed), described(parsed));
  return {};
}

Result<void> SignatureBook::add_event(std::string_view signature) {
  CLEW_TRY(parsed, parse_signature(signature));
  events_[topic_of(parsed)].push_back(std::move(parsed));
  return {};
}

Result<void> SignatureBook::add_abi(std::string_view json) {
  CLEW_TRY(abi, read_contract_abi(json));
  for (const AbiSignature& one : abi.functions)
    add_text(selector_of(one), described(one));
  for (AbiSignature& one : abi.events) {
    auto& list = events_[topic_of(one)];
    list.push_back(std::move(one));
  }
  return {};
}

SignatureBook::Loaded SignatureBook::add_lines(std::string_view text) {
  std::vector<Line> lines;
  Loaded loaded;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    if (const auto read = read_line(line)) {
      lines.push_back(*read);
    } else {
      ++loaded.refused;
    }
  }
  std::vector<ByteView> messages;
  for (const Line& line : lines)
    messages.push_back(as_bytes(line.signature));
  std::vector<Hash256> hashes(messages.size());
  keccak256_many(messages, hashes);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!std::equal(lines[i].selector.begin(), lines[i].selector.end(), hashes[i].begin())) {
      ++loaded.refused;
      continue;
    }
    add_text(lines[i].selector, std::string(lines[i].signature));
    ++loaded.added;
  }
  return loaded;
}

std::optional<Named> SignatureBook::name_call(const Call& call) const {
  if (call.creates() || call.kind == CallKind::self_destruct) return std::nullopt;
  return name_input(call.input);
}

std::optional<Named> SignatureBook::name_input(ByteView input) const {
  Selector selector;
  if (input.size() < selector.size()) return std::nullopt;
  std::copy_n(input.begin(), selector.size(), selector.begin());
  const auto found = functions_.find(selector);
  if (found == functions_.end()) return std::nullopt;
  const ByteView data = input.subspan(selector.size());
  std::optional<Named> best;
  int best_rank = -1;
  for (const std::string& text : found->second) {
    auto signature = parse_signature(text);
    if (!signature) continue;
    auto arguments = decode_abi(signature->parameters, data);
    if (!arguments || rank(*arguments, data.size()) <= best_rank) continue;
    best_rank = rank(*arguments, data.size());
    best = {std::move(*signature), std::move(arguments->values), best_rank == kRankExact};
  }
  return best;
}

std::optional<Named> SignatureBook::name_log(const Log& log) const {
  if (log.topic_count == 0) return std::nullopt;
  const auto found = events_.find(log.topics[0]);
  if (found == events_.end()) return std::nullopt;
  for (const AbiSignature& signature : found->second) {
    std::vector<AbiParameter> plain;
    for (const AbiParameter& one : signature.parameters) {
      if (!one.indexed) plain.push_back(one);
    }
    if (signature.parameters.size() - plain.size() != log.topic_count - 1u) continue;
    auto arguments = decode_abi(plain, log.data);
    if (!arguments) continue;
    Named named{signature, {}, rank(*arguments, log.data.size()) == kRankExact};
    std::size_t topic = 1, next = 0;
    for (const AbiParameter& one : signature.parameters) {
      AbiValue& value = named.values.emplace_back();
      if (!one.indexed) {
        value = std::move(arguments->values[next++]);
        continue;
      }
      const ByteView word = log.topics[topic++];
      value.bytes = word;
      if (!is_one_word(one.type)) continue;
      auto read = decode_abi({&one, 1}, word);
      value = std::move(read->values[0]);
      named.exact = named.exact && read->clean;
    }
    // The hash that stands for what is not one word is told as such.
    for (AbiParameter& one : named.signature.parameters) {
      if (one.indexed && !is_one_word(one.type)) one.type = *make_abi_type("bytes32", {});
    }
    return named;
  }
  return std::nullopt;
}

}  // namespace clew::evm
