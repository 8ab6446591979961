#include "labels/sanctions.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "labels/subject.h"
#include "labels/tagpack.h"
#include "labels/taxonomy.h"

namespace clew::labels {
namespace {

// Accepts {"CODE": ["address", …], …} and nothing else, so that depth and size stay bounded.
class ListSax final : public nlohmann::json_sax<nlohmann::json> {
 public:
  ListSax(std::string_view text, std::string_view name, PackContent& out)
      : text_(text), name_(name), out_(out) {}
  Error error{ErrorKind::data, ""};

  bool null() override { return refuse("null"); }
  bool boolean(bool) override { return refuse("a truth value"); }
  bool number_integer(number_integer_t) override { return refuse("a number"); }
  bool number_unsigned(number_unsigned_t) override { return refuse("a number"); }
  bool number_float(number_float_t, const string_t&) override { return refuse("a number"); }
  bool binary(binary_t&) override { return refuse("binary data"); }
  bool start_object(std::size_t) override {
    if (depth_ != 0) return refuse("an object");
    ++depth_;
    return true;
  }
  bool key(string_t& key) override {
    code_ = key;
    return codes_.insert(key).second || refuse("the asset '" + key + "' a second time");
  }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override {
    if (depth_ != 1) return refuse("a list");
    ++depth_;
    return true;
  }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool string(string_t& address) override {
    if (depth_ != 2) return refuse("the text '" + address.substr(0, 64) + "'");
    add(address);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    const auto before = text_.substr(0, std::min(position, text_.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    error.message = std::string(name_) + ":" + std::to_string(line) + ": not JSON near byte " +
                    std::to_string(position);
    return false;
  }

 private:
  void add(const std::string& address) {
    if (address.empty()) {
      out_.skipped.add(std::string(name_) + ": an empty address under " + code_);
      return;
    }
    const auto asset = sanctioned_asset(code_, address);
    Label label;
    label.subject = address;
    label.currency = asset.currency;
    label.network = asset.network;
    label.label = kSanctionedText;
    label.abuses = {"sanction"};
    label.sources = {"https://www.treasury.gov/ofac/downloads/sdn.xml"};
    label.confidence = "authority_data";
    out_.labels.push_back(std::move(label));
  }
  bool refuse(const std::string& what) {
    error.message = std::string(name_) + ": " + what +
                    " where a sanctions list has asset codes with lists of addresses" +
                    (code_.empty() ? "" : " (after asset '" + code_ + "')");
    return false;
  }

  std::string_view text_, name_;
  PackContent& out_;
  int depth_ = 0;
  std::string code_;
  std::set<std::string> codes_;
};

}  // namespace

SanctionedAsset sanctioned_asset(std::string_view code, std::string_view address) {
  if (code == "XBT") return {"BTC", ""};
  if (code == "USDT" || code == "USDC")
    return {std::string(code), std::string(currency_of_form(address))};
  return {std::string(code), ""};
}

Result<PackContent> parse_sanctions_json(std::string_view text, std::string_view name) {
  PackContent content;
  content.pack.identity = "sanctions|ofac-json";
  content.pack.format = "ofac-json";
  content.pack.title = "OFAC sanctioned digital currency addresses";
  content.pack.creator = "US Treasury, Office of Foreign Assets Control";
  content.pack.origin = origin_of(name);
  content.pack.is_public = true;
  ListSax reader(text, name, content);
  if (!nlohmann::json::sax_parse(text, &reader)) return fail(std::move(reader.error));
  return content;
}

}  // namespace clew::labels
