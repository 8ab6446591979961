#include <expat.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "labels/json_text.h"
#include "labels/sanctions.h"
#include "labels/tagpack.h"

namespace clew::labels {
namespace {

constexpr std::size_t kDepthMax = 32;
constexpr std::size_t kTextMax = 1 << 20;  // bytes of one element's text
constexpr std::size_t kPiece = 1 << 20;    // bytes given to the parser at once
constexpr std::string_view kIdType = "Digital Currency Address - ";

struct Entry {
  std::string uid, first_name, last_name, type, remarks;
  std::vector<std::string> programs;
  struct Address {
    std::string code, text;
    std::uint64_t line = 0;
  };
  std::vector<Address> addresses;
};

// MM/DD/YYYY, as the list writes dates, in ISO 8601.
std::string iso_date(const std::string& text) {
  const auto digits = [&](std::size_t from, std::size_t count) {
    return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(from),
                       text.begin() + static_cast<std::ptrdiff_t>(from + count),
                       [](char c) { return c >= '0' && c <= '9'; });
  };
  if (text.size() != 10 || text[2] != '/' || text[5] != '/' || !digits(0, 2) || !digits(3, 2) ||
      !digits(6, 4))
    return text;
  return text.substr(6, 4) + "-" + text.substr(0, 2) + "-" + text.substr(3, 2);
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

class SdnReader {
 public:
  explicit SdnReader(std::string_view name) : name_(name) {
    parser_.reset(XML_ParserCreate(nullptr));
    if (!parser_) return;
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), on_start, on_end);
    XML_SetCharacterDataHandler(parser_.get(), on_text);
    XML_SetStartDoctypeDeclHandler(parser_.get(), on_doctype);
  }

  Result<PackContent> read(std::string_view text) {
    if (!parser_) return fail(ErrorKind::io, std::string(name_) + ": out of memory");
    for (std::size_t used = 0;;) {
      const auto piece = text.substr(used, kPiece);
      used += piece.size();
      const bool last = used == text.size();
      if (XML_Parse(parser_.get(), piece.data(), static_cast<int>(piece.size()), last) ==
          XML_STATUS_ERROR)
        return fail(ErrorKind::data, refusal_.empty() ? here() + message() : refusal_);
      if (last) break;
    }
    if (!is_list_)
      return fail(ErrorKind::data, std::string(name_) + ": XML, but not OFAC's SDN list");
    for (auto& label : out_.labels)
      label.lastmod = published_;
    describe();
    return std::move(out_);
  }

 private:
  struct Free {
    void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
  };

  static void on_start(void* self, const char* name, const char**) {
    static_cast<SdnReader*>(self)->start(name);
  }
  static void on_end(void* self, const char*) { static_cast<SdnReader*>(self)->end(); }
  static void on_text(void* self, const char* text, int size) {
    static_cast<SdnReader*>(self)->add_text({text, static_cast<std::size_t>(size)});
  }
  static void on_doctype(void* self, const char*, const char*, const char*, int) {
    static_cast<SdnReader*>(self)->refuse("a document type declaration is not allowed");
  }

  void start(std::string_view name) {
    if (const auto colon = name.rfind(':'); colon != name.npos) name.remove_prefix(colon + 1);
    if (path_.size() >= kDepthMax) return refuse("nested too deeply");
    path_.emplace_back(name);
    text_.clear();
    if (path_.size() == 1) is_list_ = name == "sdnList";
    if (path_.size() == 1 && !is_list_)
      return refuse("the root element is '" + std::string(name) + "', not 'sdnList'");
    if (at({"sdnList", "sdnEntry"})) entry_ = {};
    if (at({"sdnList", "sdnEntry", "idList", "id"})) id_type_.clear(), id_number_.clear();
  }

  void end() {
    auto text = trimmed(text_);
    text_.clear();
    if (at({"sdnList", "publshInformation", "Publish_Date"})) published_ = iso_date(text);
    if (at({"sdnList", "sdnEntry", "uid"}))
      entry_.uid = std::move(text);
    else if (at({"sdnList", "sdnEntry", "firstName"}))
      entry_.first_name = std::move(text);
    else if (at({"sdnList", "sdnEntry", "lastName"}))
      entry_.last_name = std::move(text);
    else if (at({"sdnList", "sdnEntry", "sdnType"}))
      entry_.type = std::move(text);
    else if (at({"sdnList", "sdnEntry", "remarks"}))
      entry_.remarks = std::move(text);
    else if (at({"sdnList", "sdnEntry", "programList", "program"}))
      entry_.programs.push_back(std::move(text));
    else if (at({"sdnList", "sdnEntry", "idList", "id", "idType"}))
      id_type_ = std::move(text);
    else if (at({"sdnList", "sdnEntry", "idList", "id", "idNumber"}))
      id_number_ = std::move(text);
    else if (at({"sdnList", "sdnEntry", "idList", "id"}))
      end_id();
    else if (at({"sdnList", "sdnEntry"}))
      end_entry();
    path_.pop_back();
  }

  void end_id() {
    if (!id_type_.starts_with(kIdType)) return;
    if (id_number_.empty()) {
      out_.skipped.add(here() + "a digital currency address without number");
      return;
    }
    entry_.addresses.push_back(
        {id_type_.substr(kIdType.size()), id_number_, XML_GetCurrentLineNumber(parser_.get())});
  }

  void end_entry() {
    for (const auto& address : entry_.addresses) {
      const auto asset = sanctioned_asset(address.code, address.text);
      Label label;
      label.subject = address.text;
      label.currency = asset.currency;
      label.network = asset.network;
      label.label = entry_.first_name + (entry_.first_name.empty() ? "" : " ") + entry_.last_name;
      label.abuses = {"sanction"};
      label.sources = {"https://sanctionssearch.ofac.treas.gov/Details.aspx?id=" + entry_.uid};
      label.confidence = "authority_data";
      nlohmann::json extra = {
          {"sdn_uid", entry_.uid}, {"sdn_type", entry_.type}, {"sdn_programs", entry_.programs}};
      if (!entry_.remarks.empty()) extra["sdn_remarks"] = entry_.remarks;
      label.extra = extra_text(extra);
      out_.labels.push_back(std::move(label));
    }
  }

  void add_text(std::string_view piece) {
    if (text_.size() + piece.size() > kTextMax) return refuse("an element with too much text");
    text_ += piece;
  }

  bool at(std::initializer_list<std::string_view> path) const {
    return std::equal(path.begin(), path.end(), path_.begin(), path_.end());
  }

  void refuse(const std::string& what) {
    if (refusal_.empty()) refusal_ = here() + what;
    XML_StopParser(parser_.get(), XML_FALSE);
  }
  std::string here() const {
    return std::string(name_) + ":" + std::to_string(XML_GetCurrentLineNumber(parser_.get())) +
           ":" + std::to_string(XML_GetCurrentColumnNumber(parser_.get()) + 1) + ": ";
  }
  std::string message() const { return XML_ErrorString(XML_GetErrorCode(parser_.get())); }

  void describe() {
    out_.pack.identity = "sanctions|ofac-sdn";
    out_.pack.format = "ofac-sdn";
    out_.pack.title = "OFAC Specially Designated Nationals, digital currency addresses";
    out_.pack.creator = "US Treasury, Office of Foreign Assets Control";
    out_.pack.licence = "Public domain (17 U.S.C. 105)";
    out_.pack.origin = origin_of(name_);
    out_.pack.is_public = true;
  }

  std::string_view name_;
  std::unique_ptr<XML_ParserStruct, Free> parser_;
  PackContent out_;
  std::vector<std::string> path_;
  std::string text_, published_, id_type_, id_number_, refusal_;
  Entry entry_;
  bool is_list_ = false;
};

}  // namespace

Result<PackContent> parse_sdn_xml(std::string_view text, std::string_view name) {
  return SdnReader(name).read(text);
}

}  // namespace clew::labels
