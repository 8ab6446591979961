#include "detect/coinjoin_lines.h"

#include <simdjson.h>

#include <algorithm>
#include <map>

#include "ingest/text_file.h"

namespace clew::detect {
namespace {

namespace dom = simdjson::dom;

constexpr std::int64_t kMoneyMax = 21'000'000LL * 100'000'000;
constexpr std::size_t kSlotsMax = 100'000;  // no block holds a transaction of so many

// Numbers addresses (or scripts without one) in order of appearance.
class Owners {
 public:
  std::uint32_t of(ByteView script, const bitcoin::ScriptInfo& info) {
    const ByteView bytes = info.has_address ? info.address.bytes() : script;
    std::string key(1, info.has_address ? static_cast<char>(info.address.kind) : '\0');
    key.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return numbers_.try_emplace(std::move(key), std::uint32_t(numbers_.size())).first->second;
  }

 private:
  std::map<std::string, std::uint32_t> numbers_;
};

const std::vector<bitcoin::Address>& coordinators() {
  static const auto addresses = [] {
    std::vector<bitcoin::Address> list;
    for (const auto text : kWasabiCoordinators)
      if (const auto address = bitcoin::decode_address(text, bitcoin::all_chains().front()))
        list.push_back(*address);
    return list;
  }();
  return addresses;
}

bool is_coordinator(const bitcoin::ScriptInfo& info) {
  const auto& known = coordinators();
  return info.has_address && std::find(known.begin(), known.end(), info.address) != known.end();
}

Error wrong(const std::string& place, const char* what) {
  return Error{ErrorKind::data, place + what};
}

// The field, or nothing if it is absent or null.
std::optional<dom::element> field(const dom::element& object, const char* key) {
  dom::element found;
  if (object[key].get(found) != simdjson::SUCCESS || found.is_null()) return std::nullopt;
  return found;
}

Result<std::optional<std::int64_t>> read_value(const dom::element& slot, const std::string& place) {
  const auto found = field(slot, "value");
  if (!found) return std::nullopt;
  std::int64_t value = 0;
  if (found->get(value) != simdjson::SUCCESS)
    return fail(wrong(place, "\"value\" is not a whole number of satoshi"));
  if (value < 0 || value > kMoneyMax) return fail(wrong(place, "\"value\" is out of range"));
  return value;
}

Result<std::optional<Bytes>> read_script(const dom::element& slot, const std::string& place) {
  const auto found = field(slot, "script");
  if (!found) return std::nullopt;
  std::string_view text;
  if (found->get(text) != simdjson::SUCCESS)
    return fail(wrong(place, "\"script\" is not a string"));
  auto bytes = from_hex(text);
  if (!bytes) return fail(wrong(place, "\"script\" is not hexadecimal"));
  return bytes;
}

Result<dom::array> read_array(const dom::element& object, const char* key) {
  dom::array slots;
  if (object[key].get(slots) != simdjson::SUCCESS)
    return fail(wrong("", (std::string("no list \"") + key + "\"").c_str()));
  if (slots.size() > kSlotsMax)
    return fail(wrong("", (std::string("too many entries in \"") + key + "\"").c_str()));
  return slots;
}

Result<void> read_inputs(const dom::element& object, Owners& owners, TxShape& shape) {
  CLEW_TRY(slots, read_array(object, "vin"));
  for (const dom::element slot : slots) {
    const std::string place = "input " + std::to_string(shape.inputs.size()) + ": ";
    if (!slot.is_object()) return fail(wrong(place, "not an object"));
    if (field(slot, "coinbase")) shape.coinbase = true;
    CLEW_TRY(value, read_value(slot, place));
    CLEW_TRY(script, read_script(slot, place));
    TxShape::Input input{value, std::nullopt, kUnknownOwner};
    if (script) {
      const auto info = bitcoin::classify(*script);
      input.type = info.type;
      input.owner = owners.of(*script, info);
    }
    shape.inputs.push_back(input);
  }
  return {};
}

Result<void> read_outputs(const dom::element& object, Owners& owners, TxShape& shape) {
  CLEW_TRY(slots, read_array(object, "vout"));
  for (const dom::element slot : slots) {
    const std::string place = "output " + std::to_string(shape.outputs.size()) + ": ";
    if (!slot.is_object()) return fail(wrong(place, "not an object"));
    CLEW_TRY(value, read_value(slot, place));
    CLEW_TRY(script, read_script(slot, place));
    if (!value) return fail(wrong(place, "no \"value\""));
    if (!script) return fail(wrong(place, "no \"script\""));
    const auto info = bitcoin::classify(*script);
    shape.outputs.push_back({*value, info.type, owners.of(*script, info), is_coordinator(info)});
  }
  return {};
}

Result<void> read_transaction(const dom::element& object, LooseTransaction& out) {
  if (!object.is_object()) return fail(ErrorKind::data, "not a JSON object");
  std::string_view txid;
  if (object["txid"].get(txid) != simdjson::SUCCESS) return fail(ErrorKind::data, "no \"txid\"");
  const auto hash = hash_from_display(txid);
  if (!hash) return fail(ErrorKind::data, "\"txid\" is not 64 hexadecimal characters");
  out.txid = *hash;
  if (const auto time = field(object, "time")) {
    std::uint64_t seconds = 0;
    if (time->get(seconds) != simdjson::SUCCESS || seconds > 0xffffffff)
      return fail(ErrorKind::data, "\"time\" is not a time in seconds");
    out.shape.time = static_cast<std::uint32_t>(seconds);
  }
  Owners owners;
  CLEW_CHECK(read_inputs(object, owners, out.shape));
  return read_outputs(object, owners, out.shape);
}

Result<void> parse_line(dom::parser& parser, std::string_view line, LooseTransaction& out) {
  out.shape.clear();
  dom::element object;
  if (const auto error = parser.parse(line.data(), line.size()).get(object))
    return fail(ErrorKind::data, std::string("not valid JSON: ") + simdjson::error_message(error));
  return read_transaction(object, out);
}

}  // namespace

struct TransactionLines::Impl {
  Impl(std::string p, FileSystem& fs) : path(std::move(p)), files(fs) {}
  Result<std::optional<ingest::TextLine>> read() {
    if (!text) {
      CLEW_TRY(opened, ingest::TextFile::open(files, path));
      text.emplace(std::move(opened));
    }
    return text->next();
  }
  // What could not be read stays so.
  Result<std::optional<ingest::TextLine>> next() {
    if (failure) return fail(*failure);
    auto line = read();
    if (!line) failure = std::move(line).error().within(path);
    if (failure) return fail(*failure);
    return line;
  }

  std::string path;
  FileSystem& files;
  std::optional<ingest::TextFile> text;
  std::optional<Error> failure;
  dom::parser parser;
};

TransactionLines::TransactionLines(std::string path, FileSystem& files)
    : impl_(std::make_unique<Impl>(std::move(path), files)) {}
TransactionLines::TransactionLines(TransactionLines&&) noexcept = default;
TransactionLines::~TransactionLines() = default;

Result<bool> TransactionLines::next(LooseTransaction& out) {
  CLEW_TRY(line, impl_->next());
  if (!line) return false;
  if (auto parsed = parse_line(impl_->parser, line->text, out); !parsed)
    return fail(
        std::move(parsed).error().within(impl_->path + ": line " + std::to_string(line->number)));
  return true;
}

Result<void> parse_loose_transaction(std::string_view line, LooseTransaction& out) {
  dom::parser parser;
  return parse_line(parser, line, out);
}

}  // namespace clew::detect
