#include "ingest/tron/trongrid_json.h"

#include <algorithm>
#include <charconv>

#include "base/json_fields.h"
#include "base/utf8.h"
#include "chain/tron/address.h"
#include "net/http.h"

namespace clew::providers {
namespace {

static_assert(net::kBodySlack >= simdjson::SIMDJSON_PADDING);

constexpr std::size_t kKeptMax = 16 << 20;  // what a parser may hold on to after a giant
constexpr std::size_t kMessageMax = 300;
constexpr std::uint64_t kTimeMax = 253'402'300'799'999;  // the end of the year 9999
constexpr std::size_t kRefusalMax = 64 << 10;            // errors are short
constexpr double kSuspendedMax = 1e6;

tl::unexpected<Error> bad(std::string_view key, const char* what) {
  return fail(ErrorKind::data, "\"" + std::string(key) + "\": " + what);
}

Result<std::string_view> text_of(JsonValue value, std::string_view key) {
  std::string_view text;
  if (get_text(value, text)) return fail_type(key, "a text");
  return text;
}

bool is_null(JsonValue value) {
  bool null = false;
  return !value.is_null().get(null) && null;
}

// Each field may come once.
class Seen {
 public:
  Result<void> once(unsigned bit, std::string_view key) {
    if (has(bit)) return bad(key, "comes twice");
    bits_ |= 1u << bit;
    return {};
  }
  bool has(unsigned bit) const { return (bits_ >> bit & 1) != 0; }

 private:
  unsigned bits_ = 0;
};

// Most rows name the subject and a token that was named before: checksums are not worked out again
// for the texts that came last.
class AddressReader {
 public:
  Result<chain::Account> read(std::string_view text, std::string_view key) {
    for (const Known& known : known_) {
      if (!known.text.empty() && known.text == text) return known.account;
    }
    const auto account = tron::parse_address(text);
    if (!account) return bad(key, "no TRON address");
    known_[next_] = {std::string(text), *account};
    next_ = (next_ + 1) % known_.size();
    return *account;
  }

 private:
  struct Known {
    std::string text;
    chain::Account account{};
  };
  std::array<Known, 8> known_;
  std::size_t next_ = 0;
};

class RowReader {
 public:
  explicit RowReader(AddressReader& addresses) : addresses_(addresses) {}

  Result<Trc20Row> read(JsonValue value) {
    row_ = {};
    seen_ = {};
    CLEW_CHECK(for_each_field(
        value, "data", [&](std::string_view key, JsonValue item) { return take(key, item); }));
    for (unsigned i = 0; i < kNames.size(); ++i) {
      if (!seen_.has(i)) return fail_missing(kNames[i]);
    }
    return row_;
  }

 private:
  enum Field : unsigned { transaction, token, time, from, to, type, amount };
  static constexpr std::array<std::string_view, 7> kNames = {
      "transaction_id", "token_info", "block_timestamp", "from", "to", "type", "value"};

  Result<void> take(std::string_view key, JsonValue item) {
    const auto found = std::ranges::find(kNames, key);
    if (found == kNames.end()) return {};
    const auto field = static_cast<unsigned>(found - kNames.begin());
    CLEW_CHECK(seen_.once(field, key));
    if (field == time) return take_time(item, key);
    if (field == token) return take_token(item, key);
    CLEW_TRY(text, text_of(item, key));
    return take_text(field, key, text);
  }

  Result<void> take_text(unsigned field, std::string_view key, std::string_view text) {
    if (field == transaction) {
      if (text.size() != 2 * row_.transaction.size() || !hex_into(text, row_.transaction.data()))
        return bad(key, "not 64 hexadecimal digits");
    } else if (field == type) {
      row_.transfer = text == "Transfer";
    } else if (field == amount) {
      const auto value = U256::from_decimal(text);
      if (!value) return bad(key, "no whole number of at most 256 bits");
      row_.value = *value;
    } else {
      CLEW_TRY(account, addresses_.read(text, key));
      (field == from ? row_.from : row_.to) = account;
    }
    return {};
  }

  Result<void> take_time(JsonValue item, std::string_view key) {
    if (item.get_uint64().get(row_.time_ms)) return fail_type(key, "a whole number");
    if (row_.time_ms > kTimeMax) return bad(key, "a time that nobody will live to see");
    return {};
  }

  // {} where the provider does not know the token; any field may be missing or null.
  Result<void> take_token(JsonValue item, std::string_view key) {
    if (is_null(item)) return {};
    Seen seen;
    return for_each_field(item, key, [&](std::string_view name, JsonValue part) -> Result<void> {
      if (is_null(part)) return {};
      if (name == "symbol") {
        CLEW_CHECK(seen.once(0, name));
        row_.token.symbol = words(part, TokenInfo::kSymbolMax);
      } else if (name == "name") {
        CLEW_CHECK(seen.once(1, name));
        row_.token.name = words(part, TokenInfo::kNameMax);
      } else if (name == "decimals") {
        CLEW_CHECK(seen.once(2, name));
        std::uint64_t decimals = 0;
        if (part.get_uint64().get(decimals)) return fail_type(name, "a whole number");
        // What the contract says, which may be anything.
        if (decimals <= 255) row_.token.decimals = static_cast<std::uint8_t>(decimals);
      } else if (name == "address") {
        CLEW_CHECK(seen.once(3, name));
        CLEW_TRY(text, text_of(part, name));
        CLEW_TRY(contract, addresses_.read(text, name));
        row_.token.contract = contract;
      }
      return {};
    });
  }

  // The maker of the token chose them: half a surrogate must not cost the row.
  static std::string words(JsonValue value, std::size_t bytes_max) {
    std::string_view text;
    if (get_text(value, text)) return {};
    return std::string(cut_utf8(text, bytes_max));
  }

  AddressReader& addresses_;
  Trc20Row row_;
  Seen seen_;
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::optional<double> suspended_seconds(const std::string& message) {
  constexpr std::string_view kWords = "suspended for ";
  const std::string said = lower(message);
  const auto at = said.find(kWords);
  if (at == said.npos) return std::nullopt;
  const char* begin = said.data() + at + kWords.size();
  unsigned seconds = 0;
  if (std::from_chars(begin, said.data() + said.size(), seconds).ec != std::errc())
    return std::nullopt;
  return std::min(static_cast<double>(seconds), kSuspendedMax);
}

}  // namespace

struct PageReader::Impl {
  std::size_t rows_max = kRowsMax;
  simdjson::ondemand::parser parser;
  AddressReader addresses;

  Result<Trc20Page> read(const std::string& body, bool& utf8);
  Result<void> take(std::string_view key, JsonValue value, Seen& seen, Trc20Page& page);
  static Result<void> take_meta(JsonValue value, Trc20Page& page);
};

Result<void> PageReader::Impl::take_meta(JsonValue value, Trc20Page& page) {
  Seen seen;
  return for_each_field(value, "meta", [&](std::string_view key, JsonValue item) -> Result<void> {
    if (key != "fingerprint" || is_null(item)) return {};
    CLEW_CHECK(seen.once(0, key));
    CLEW_TRY(text, text_of(item, key));
    if (text.size() > kFingerprintMax) return bad(key, "too long");
    page.fingerprint = text;
    return {};
  });
}

Result<void> PageReader::Impl::take(std::string_view key, JsonValue value, Seen& seen,
                                    Trc20Page& page) {
  if (key == "data") {
    CLEW_CHECK(seen.once(0, key));
    RowReader reader(addresses);
    return for_each_element(value, key, "row", [&](JsonValue item) -> Result<void> {
      if (page.rows.size() == rows_max) return bad("data", "too many rows in one page");
      CLEW_TRY(row, reader.read(item));
      page.rows.push_back(std::move(row));
      return {};
    });
  }
  if (key == "meta") {
    CLEW_CHECK(seen.once(1, key));
    return take_meta(value, page);
  }
  if (key == "success") {
    CLEW_CHECK(seen.once(2, key));
    bool success = false;
    if (value.get_bool().get(success)) return fail_type(key, "true or false");
    if (!success) return bad(key, "it says that it failed");
  }
  return {};
}

Result<Trc20Page> PageReader::Impl::read(const std::string& body, bool& utf8) {
  simdjson::ondemand::document document;
  const auto code =
      parser.iterate(body.data(), body.size(), body.size() + simdjson::SIMDJSON_PADDING)
          .get(document);
  utf8 = code != simdjson::UTF8_ERROR;
  if (code) return fail(ErrorKind::data, std::string("not JSON: ") + simdjson::error_message(code));
  JsonValue root;
  if (document.get_value().get(root)) return fail(ErrorKind::data, "not a JSON object");
  Trc20Page page;
  Seen seen;
  CLEW_CHECK(for_each_field(root, "answer", [&](std::string_view key, JsonValue value) {
    return take(key, value, seen, page);
  }));
  const char* rest = nullptr;
  if (document.current_location().get(rest) != simdjson::OUT_OF_BOUNDS)
    return fail(ErrorKind::data, "text is left over after the answer");
  if (!seen.has(0)) return fail_missing("data");
  return page;
}

PageReader::PageReader(std::size_t rows_max) : impl_(std::make_unique<Impl>()) {
  impl_->rows_max = rows_max;
}
PageReader::PageReader(PageReader&&) noexcept = default;
PageReader& PageReader::operator=(PageReader&&) noexcept = default;
PageReader::~PageReader() = default;

Result<Trc20Page> PageReader::read(std::string& body) {
  // On-Demand wants a text that ends with its last bracket.
  const auto last = body.find_last_not_of(" \t\r\n");
  body.resize(last == body.npos ? 0 : last + 1);
  body.reserve(body.size() + net::kBodySlack);
  bool utf8 = true;
  auto page = impl_->read(body, utf8);
  if (!utf8) {
    body = to_valid_utf8(body);
    body.reserve(body.size() + net::kBodySlack);
    page = impl_->read(body, utf8);
  }
  if (impl_->parser.capacity() > kKeptMax) impl_->parser = simdjson::ondemand::parser();
  return page;
}

std::optional<ProviderRefusal> read_refusal(std::string_view body) {
  if (body.size() > kRefusalMax) return std::nullopt;
  const std::string text = to_valid_utf8(body);
  const simdjson::padded_string padded(text);
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  JsonValue root;
  if (parser.iterate(padded).get(document) || document.get_value().get(root)) return std::nullopt;
  ProviderRefusal refusal;
  bool said = false;
  const auto done =
      for_each_field(root, "answer", [&](std::string_view key, JsonValue value) -> Result<void> {
        const std::string name = lower(key);
        std::int64_t status = 0;
        std::string_view words;
        if (name == "error" || name == "message") {
          if (get_text(value, words)) return {};
          refusal.message = one_line(words, kMessageMax);
          refusal.suspended_seconds = suspended_seconds(refusal.message);
          said = true;
        } else if (name == "statuscode" && !value.get_int64().get(status)) {
          if (status >= 100 && status <= 599) refusal.status = static_cast<int>(status);
        }
        return {};
      });
  if (!done || !said) return std::nullopt;
  return refusal;
}

}  // namespace clew::providers
