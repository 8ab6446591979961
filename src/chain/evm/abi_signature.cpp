#include "chain/evm/abi_signature.h"

#include <algorithm>

#include "base/keccak.h"

namespace clew::evm {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$';
}

// Words that may stand between a type and its name.
bool is_modifier(std::string_view word) {
  return word == "indexed" || word == "calldata" || word == "memory" || word == "storage" ||
         word == "payable";
}

std::string described_list(const std::vector<AbiParameter>& parameters);

std::string described_type(const AbiType& type) {
  using Kind = AbiType::Kind;
  if (type.kind == Kind::tuple) return described_list(type.parts);
  if (type.kind == Kind::list) return described_type(type.parts[0].type) + "[]";
  if (type.kind != Kind::array) return canonical(type);
  return described_type(type.parts[0].type) + "[" + std::to_string(type.size) + "]";
}

// A name out of a file may be anything; only one that reads as a name is kept.
std::string described_list(const std::vector<AbiParameter>& parameters) {
  std::string text = "(";
  for (const AbiParameter& one : parameters) {
    if (text.size() > 1) text += ", ";
    text += described_type(one.type);
    if (one.name.empty() || is_modifier(one.name)) continue;
    if (std::ranges::all_of(one.name, is_name_character)) text += " " + one.name;
  }
  return text + ")";
}

class SignatureParser {
 public:
  explicit SignatureParser(std::string_view text) : text_(text) {}

  Result<AbiSignature> parse() {
    if (text_.size() > AbiLimits::kTextMax) return fail_too_long("a signature");
    AbiSignature signature;
    signature.name = word();
    if (signature.name == "function" || signature.name == "event") {
      // Either may also be the name itself.
      if (const std::string_view next = word(); !next.empty()) signature.name = next;
    }
    if (signature.name.empty()) return fail_here("a name is missing");
    CLEW_TRY(parameters, read_parameters(1));
    signature.parameters = std::move(parameters);
    // "int" is written "int256", and the longest form has to be readable again.
    if (described(signature).size() > AbiLimits::kTextMax) {
      return fail_too_long("a signature written out in full");
    }
    return signature;
  }

 private:
  static tl::unexpected<Error> fail_too_long(const std::string& what) {
    return fail(ErrorKind::unsupported,
                what + " is longer than " + std::to_string(AbiLimits::kTextMax) + " bytes");
  }
  tl::unexpected<Error> fail_here(const std::string& reason) const {
    return fail(ErrorKind::data, "signature, byte " + std::to_string(at_) + ": " + reason);
  }
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t'))
      ++at_;
  }
  bool take(char c) {
    skip_space();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::string_view word() {
    skip_space();
    const std::size_t start = at_;
    while (at_ < text_.size() && is_name_character(text_[at_]))
      ++at_;
    return text_.substr(start, at_ - start);
  }
  // "[2][]", with the space that may be around.
  std::string_view brackets() {
    const std::size_t start = at_;
    while (at_ < text_.size() && (text_[at_] == '[' || text_[at_] == ']' ||
                                  (at_ > start && text_[at_] >= '0' && text_[at_] <= '9')))
      ++at_;
    return text_.substr(start, at_ - start);
  }

  // From "(" to ")".
  Result<std::vector<AbiParameter>> read_parameters(std::size_t depth) {
    if (depth > AbiLimits::kDepthMax) return fail_here("tuples are nested too deep");
    if (!take('(')) return fail_here("\"(\" is missing");
    std::vector<AbiParameter> parameters;
    if (take(')')) return parameters;
    std::uint64_t words = 0;
    do {
      CLEW_TRY(parameter, read_parameter(depth));
      words += parameter.type.words;
      if (words > AbiLimits::kWordsMax) return fail_here("the parameters are too large");
      parameters.push_back(std::move(parameter));
    } while (take(','));
    if (!take(')')) return fail_here("\")\" or \",\" is missing");
    return parameters;
  }

  Result<AbiParameter> read_parameter(std::size_t depth) {
    AbiParameter parameter;
    std::string name(word());
    std::vector<AbiParameter> components;
    skip_space();
    if ((name.empty() || name == "tuple") && at_ < text_.size() && text_[at_] == '(') {
      CLEW_TRY(parts, read_parameters(depth + 1));
      components = std::move(parts);
      name = "tuple";
    } else if (name == "tuple") {
      return fail_here("a tuple without its types");
    }
    name += brackets();
    CLEW_TRY(type, make_abi_type(name, std::move(components), depth - 1));
    parameter.type = std::move(type);
    std::string_view next = word();
    for (; is_modifier(next); next = word())
      parameter.indexed = parameter.indexed || next == "indexed";
    parameter.name = next;
    return parameter;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<AbiSignature> parse_signature(std::string_view text) {
  return SignatureParser(text).parse();
}

std::string canonical(const AbiSignature& signature) {
  std::string text = signature.name + "(";
  for (std::size_t i = 0; i < signature.parameters.size(); ++i) {
    if (i > 0) text += ',';
    text += canonical(signature.parameters[i].type);
  }
  return text + ")";
}

std::string described(const AbiSignature& signature) {
  return signature.name + described_list(signature.parameters);
}

Selector selector_of(std::string_view canonical) {
  const Hash256 hash = keccak256(as_bytes(canonical));
  Selector selector;
  std::copy_n(hash.begin(), selector.size(), selector.begin());
  return selector;
}

Selector selector_of(const AbiSignature& signature) {
  return selector_of(canonical(signature));
}

Hash256 topic_of(const AbiSignature& signature) {
  return keccak256(as_bytes(canonical(signature)));
}

}  // namespace clew::evm
