#include "ingest/tron/sanctions_api.h"

#include "base/json_fields.h"
#include "base/json_text.h"
#include "base/utf8.h"
#include "net/url.h"

namespace clew::providers {
namespace {

constexpr std::size_t kIdentificationsMax = 100;
constexpr std::size_t kAddressMax = 128;
constexpr double kRate = 10;  // requests a second

Result<Identification> read_one(JsonValue value) {
  Identification out;
  CLEW_CHECK(for_each_field(value, "identifications",
                            [&](std::string_view key, JsonValue item) -> Result<void> {
                              std::string* field = key == "category"      ? &out.category
                                                   : key == "name"        ? &out.name
                                                   : key == "description" ? &out.description
                                                   : key == "url"         ? &out.url
                                                                          : nullptr;
                              bool null = false;
                              if (field == nullptr || (!item.is_null().get(null) && null))
                                return {};
                              std::string_view text;
                              if (get_text(item, text)) return fail_type(key, "a text");
                              *field = cut_utf8(text, Identification::kTextMax);
                              return {};
                            }));
  return out;
}

}  // namespace

Result<std::vector<Identification>> read_identifications(std::string_view body) {
  const simdjson::padded_string padded(valid_utf8(body) ? std::string(body) : to_valid_utf8(body));
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  JsonValue root;
  if (const auto code = parser.iterate(padded).get(document))
    return fail(ErrorKind::data, std::string("not JSON: ") + simdjson::error_message(code));
  if (document.get_value().get(root)) return fail(ErrorKind::data, "not a JSON object");
  std::vector<Identification> out;
  bool there = false;
  CLEW_CHECK(
      for_each_field(root, "answer", [&](std::string_view key, JsonValue value) -> Result<void> {
        if (key != "identifications") return {};
        if (there) return fail(ErrorKind::data, "\"identifications\" comes twice");
        there = true;
        return for_each_element(value, key, "identification", [&](JsonValue item) -> Result<void> {
          if (out.size() == kIdentificationsMax)
            return fail(ErrorKind::data, "too many identifications");
          CLEW_TRY(one, read_one(item));
          out.push_back(std::move(one));
          return {};
        });
      }));
  const char* rest = nullptr;
  if (document.current_location().get(rest) != simdjson::OUT_OF_BOUNDS)
    return fail(ErrorKind::data, "text is left over after the answer");
  if (!there) return fail_missing("identifications");
  return out;
}

std::string write_identifications(const std::vector<Identification>& identifications) {
  std::string out;
  JsonText json(out);
  json.open_object();
  json.key("identifications");
  json.open_array();
  for (const Identification& one : identifications) {
    json.open_object();
    json.key("category");
    json.string(one.category);
    json.key("name");
    json.string(one.name);
    json.key("description");
    json.string(one.description);
    json.key("url");
    json.string(one.url);
    json.close_object();
  }
  json.close_array();
  json.close_object();
  return out;
}

Result<SanctionsApi> SanctionsApi::open(std::string_view base, ProviderOptions options) {
  CLEW_TRY(provider, Provider::open(base, {.key_header = "X-API-Key", .requests_per_second = kRate},
                                    std::move(options)));
  return SanctionsApi(std::move(provider));
}

Provided<Screening> SanctionsApi::screen(std::string_view address, double give_up_at) {
  if (!provider_.has_key())
    return tl::unexpected(Failure{Trouble::key, provider_.shown() + ": there is no key for it"});
  if (address.empty() || address.size() > kAddressMax)
    return tl::unexpected(Failure{Trouble::refused, "no address"});
  Screening screening;
  auto done = provider_.get("/api/v1/address/" + net::percent_encoded(address), give_up_at,
                            [&](std::string& body) -> Result<void> {
                              CLEW_TRY(read, read_identifications(body));
                              screening.identifications = std::move(read);
                              return {};
                            });
  if (!done) return tl::unexpected(std::move(done).error());
  screening.asked_at = provider_.date();
  return screening;
}

}  // namespace clew::providers
