#include "chain/evm/abi_decode.h"

#include <algorithm>
#include <set>

#include "chain/evm/header.h"

namespace clew::evm {
namespace {

using Kind = AbiType::Kind;
constexpr std::size_t kWord = 32;

// Goes as deep as the type does, which is at most AbiLimits::kDepthMax.
class AbiDecoder {
 public:
  AbiDecoder(ByteView data, std::size_t values_max) : data_(data), values_left_(values_max) {}

  // `next_type(i)` is the type of the i-th of `count` values, which lie from `base` on.
  template <class TypeOf>
  Result<void> read_sequence(std::uint64_t count, std::size_t base, TypeOf type_of,
                             std::vector<AbiValue>& values) {
    if (count > values_left_) return fail(ErrorKind::unsupported, "too many values");
    values_left_ -= static_cast<std::size_t>(count);
    values.resize(static_cast<std::size_t>(count));
    std::size_t head = base;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const AbiType& type = type_of(i);
      std::size_t at = head;
      if (type.dynamic) {
        CLEW_TRY(offset, read_size(head));
        if (offset > data_.size() - base) return fail_at(head, "an offset leads past the end");
        at = base + static_cast<std::size_t>(offset);
        head += kWord;
      } else {
        head += std::size_t{type.words} * kWord;
        if (head > data_.size()) return fail_at(at, "the data ends");
      }
      reach(head);
      CLEW_CHECK(read_value(type, at, values[i]));
    }
    return {};
  }

  bool clean() const { return clean_; }
  std::size_t reached() const { return reached_; }

 private:
  tl::unexpected<Error> fail_at(std::size_t at, const char* reason) const {
    return fail(ErrorKind::data, "byte " + std::to_string(at) + ": " + reason);
  }
  void reach(std::size_t end) { reached_ = std::max(reached_, end); }

  Result<ByteView> word_at(std::size_t at) {
    if (at > data_.size() || data_.size() - at < kWord) return fail_at(at, "the data ends");
    reach(at + kWord);
    return data_.subspan(at, kWord);
  }
  // An offset or length: any that needs more than 64 bits leads past the end.
  Result<std::uint64_t> read_size(std::size_t at) {
    CLEW_TRY(word, word_at(at));
    const auto size = U256::from_big_endian(word)->to_u64();
    if (!size) return fail_at(at, "an offset or length beyond 64 bits");
    return *size;
  }

  Result<void> read_value(const AbiType& type, std::size_t at, AbiValue& value) {
    const auto element = [&](std::size_t) -> const AbiType& { return type.parts[0].type; };
    switch (type.kind) {
      case Kind::bytes:
      case Kind::string:
        return read_bytes(at, value);
      case Kind::list: {
        CLEW_TRY(count, read_size(at));
        const std::size_t base = at + kWord;
        const std::size_t words = element(0).dynamic ? 1 : element(0).words;
        if (words != 0 && count > (data_.size() - base) / (words * kWord)) {
          return fail_at(at, "a list leads past the end");
        }
        return read_sequence(count, base, element, value.items);
      }
      case Kind::array:
        return read_sequence(type.size, at, element, value.items);
      case Kind::tuple:
        return read_sequence(
            type.parts.size(), at,
            [&](std::size_t i) -> const AbiType& { return type.parts[i].type; }, value.items);
      default:
        return read_word(type, at, value);
    }
  }

  Result<void> read_bytes(std::size_t at, AbiValue& value) {
    CLEW_TRY(size, read_size(at));
    const std::size_t begin = at + kWord;
    if (size > data_.size() - begin) return fail_at(at, "bytes lead past the end");
    value.bytes = data_.subspan(begin, static_cast<std::size_t>(size));
    const std::size_t end = begin + value.bytes.size();
    // The padding may be missing at the very end, as some contracts write it.
    const std::size_t padded = std::min(data_.size(), begin + (value.bytes.size() + 31) / 32 * 32);
    for (std::size_t i = end; i < padded; ++i)
      clean_ = clean_ && data_[i] == 0;
    reach(padded);
    return {};
  }

  Result<void> read_word(const AbiType& type, std::size_t at, AbiValue& value) {
    CLEW_TRY(word, word_at(at));
    const auto is = [](std::uint8_t wanted) {
      return [wanted](std::uint8_t byte) { return byte == wanted; };
    };
    if (type.kind == Kind::fixed_bytes) {
      value.bytes = word.first(type.size);
      clean_ = clean_ && std::ranges::all_of(word.subspan(type.size), is(0));
      return {};
    }
    const std::size_t used = type.kind == Kind::address   ? std::tuple_size_v<Address>
                             : type.kind == Kind::boolean ? 1
                                                          : type.bits / 8;
    const ByteView low = word.last(used);
    if (type.kind == Kind::address) value.bytes = low;
    const bool negative = type.kind == Kind::signed_number && (low.front() & 0x80) != 0;
    clean_ = clean_ && std::ranges::all_of(word.first(kWord - used), is(negative ? 0xff : 0));
    std::array<std::uint8_t, kWord> whole;
    whole.fill(negative ? 0xff : 0);
    std::ranges::copy(low, whole.end() - static_cast<std::ptrdiff_t>(used));
    value.number = *U256::from_big_endian(whole);
    if (type.kind != Kind::boolean) return {};
    clean_ = clean_ && low[0] <= 1;
    // Any word but zero is true.
    value.number = U256(std::ranges::all_of(word, is(0)) ? 0 : 1);
    return {};
  }

  ByteView data_;
  std::size_t values_left_;
  bool clean_ = true;
  std::size_t reached_ = 0;
};

std::string decimal(const AbiType& type, const U256& number) {
  const bool negative = type.kind == Kind::signed_number && number.bit_length() == 256;
  const U256 size = negative ? U256::wrapping_sub(U256(), number) : number;
  return (negative ? "-" : "") + size.to_decimal();
}

bool has_names(const AbiType& type) {
  std::set<std::string_view> names;
  for (const AbiParameter& part : type.parts) {
    if (part.name.empty() || !names.insert(part.name).second) return false;
  }
  return !type.parts.empty();
}

void write_items(JsonText& json, const AbiType& type, const AbiValue& value) {
  const bool named = type.kind == Kind::tuple && has_names(type);
  named ? json.open_object() : json.open_array();
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    const AbiParameter& part = type.parts[type.kind == Kind::tuple ? i : 0];
    if (named) json.key(part.name);
    write_json(json, part.type, value.items[i]);
  }
  named ? json.close_object() : json.close_array();
}

}  // namespace

Result<AbiArguments> decode_abi(std::span<const AbiParameter> parameters, ByteView data,
                                std::size_t values_max) {
  AbiDecoder decoder(data, values_max);
  AbiArguments arguments;
  CLEW_CHECK(decoder.read_sequence(
      parameters.size(), 0, [&](std::size_t i) -> const AbiType& { return parameters[i].type; },
      arguments.values));
  arguments.clean = decoder.clean();
  arguments.size = decoder.reached();
  return arguments;
}

void write_json(JsonText& json, const AbiType& type, const AbiValue& value) {
  switch (type.kind) {
    case Kind::number:
    case Kind::signed_number:
      return json.string(decimal(type, value.number));
    case Kind::boolean:
      return json.boolean(!value.number.is_zero());
    case Kind::address:
    case Kind::fixed_bytes:
    case Kind::bytes:
      return json.string(to_text(value.bytes));
    case Kind::string:
      return json.string({reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size()});
    case Kind::list:
    case Kind::array:
    case Kind::tuple:
      return write_items(json, type, value);
  }
}

}  // namespace clew::evm
