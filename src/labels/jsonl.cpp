#include "labels/jsonl.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "labels/json_text.h"
#include "labels/tagpack.h"

namespace clew::labels {
namespace {

using nlohmann::json;
using Lists = std::vector<std::string>;

std::string line_of(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}
void put(json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}
void put(json& object, const char* key, const Lists& list) {
  if (!list.empty()) object[key] = list;
}
void put(json& object, const char* key, const std::optional<bool>& flag) {
  if (flag) object[key] = *flag;
}
void put_extra(json& object, const std::string& extra) {
  if (!extra.empty()) object["extra"] = json::parse(extra, nullptr, false);
}

// Takes the known keys out of one line; what is left over is an error, so that nothing is lost.
class Line {
 public:
  Line(json object, std::string at) : object_(std::move(object)), at_(std::move(at)) {}

  Result<void> take(const char* key, std::string& out) {
    const auto value = pop(key);
    if (value.is_null()) return {};
    if (!value.is_string()) return wrong(key, "a text");
    out = value.get<std::string>();
    return {};
  }
  Result<void> take(const char* key, Lists& out) {
    const auto value = pop(key);
    if (value.is_null()) return {};
    if (value.is_string()) {
      out = {value.get<std::string>()};
      return {};
    }
    if (!value.is_array()) return wrong(key, "a list of texts");
    for (const auto& item : value) {
      if (!item.is_string()) return wrong(key, "a list of texts");
      out.push_back(item.get<std::string>());
    }
    return {};
  }
  Result<void> take(const char* key, std::optional<bool>& out) {
    const auto value = pop(key);
    if (value.is_null()) return {};
    if (!value.is_boolean()) return wrong(key, "true or false");
    out = value.get<bool>();
    return {};
  }
  Result<void> take_extra(std::string& out) {
    const auto value = pop("extra");
    if (value.is_null()) return {};
    if (!value.is_object()) return wrong("extra", "an object");
    out = extra_text(value);
    return {};
  }
  bool has(const char* key) const { return object_.contains(key); }
  Result<void> done() const {
    if (object_.empty()) return {};
    return fail(ErrorKind::data, at_ + ": unknown key '" + object_.begin().key() + "'");
  }
  const std::string& at() const { return at_; }

 private:
  json pop(const char* key) {
    const auto found = object_.find(key);
    if (found == object_.end()) return nullptr;
    auto value = *found;
    object_.erase(found);
    return value;
  }
  tl::unexpected<Error> wrong(const char* key, const char* wanted) const {
    return fail(ErrorKind::data, at_ + ": key '" + key + "' must be " + wanted);
  }
  json object_;
  std::string at_;
};

Result<Pack> pack_of(Line& line, std::string_view name) {
  Pack pack;
  CLEW_CHECK(line.take("identity", pack.identity));
  CLEW_CHECK(line.take("format", pack.format));
  CLEW_CHECK(line.take("title", pack.title));
  CLEW_CHECK(line.take("creator", pack.creator));
  CLEW_CHECK(line.take("description", pack.description));
  CLEW_CHECK(line.take("licence", pack.licence));
  CLEW_CHECK(line.take("origin", pack.origin));
  CLEW_CHECK(line.take("is_public", pack.is_public));
  CLEW_CHECK(line.take_extra(pack.extra));
  if (pack.format == "private") pack.format = "jsonl";
  if (pack.identity == "private") pack.identity.clear();
  if (pack.origin.empty()) pack.origin = origin_of(name);
  return pack;
}

Result<Label> label_of(Line& line) {
  Label label;
  const char* subject = line.has("tx_hash") ? "tx_hash" : "address";
  if (line.has("tx_hash")) label.subject_kind = SubjectKind::transaction;
  CLEW_CHECK(line.take(subject, label.subject));
  CLEW_CHECK(line.take("label", label.label));
  CLEW_CHECK(line.take("currency", label.currency));
  CLEW_CHECK(line.take("network", label.network));
  CLEW_CHECK(line.take("category", label.categories));
  CLEW_CHECK(line.take("concepts", label.concepts));
  CLEW_CHECK(line.take("abuse", label.abuses));
  CLEW_CHECK(line.take("actor", label.actor));
  CLEW_CHECK(line.take("source", label.sources));
  CLEW_CHECK(line.take("confidence", label.confidence));
  CLEW_CHECK(line.take("is_cluster_definer", label.is_cluster_definer));
  CLEW_CHECK(line.take("lastmod", label.lastmod));
  CLEW_CHECK(line.take("licence", label.licence));
  CLEW_CHECK(line.take_extra(label.extra));
  return label;
}

Result<Actor> actor_of(Line& line) {
  Actor actor;
  CLEW_CHECK(line.take("id", actor.id));
  CLEW_CHECK(line.take("label", actor.label));
  CLEW_CHECK(line.take("uri", actor.uri));
  CLEW_CHECK(line.take("categories", actor.categories));
  CLEW_CHECK(line.take("jurisdictions", actor.jurisdictions));
  CLEW_CHECK(line.take("aliases", actor.aliases));
  CLEW_CHECK(line.take("lastmod", actor.lastmod));
  CLEW_CHECK(line.take_extra(actor.extra));
  return actor;
}

class LinesReader {
 public:
  LinesReader(std::string_view name, const std::function<Result<void>(PackContent)>& take)
      : name_(name), take_(take) {
    content_.pack.format = "jsonl";
    content_.pack.origin = origin_of(name);
  }

  Result<void> read(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    for (std::size_t number = 1; !text.empty(); ++number) {
      const auto end = std::min(text.find('\n'), text.size());
      const auto line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (line.find_first_not_of(" \t\r") == line.npos) continue;
      CLEW_CHECK(read_line(line, std::string(name_) + ":" + std::to_string(number)));
    }
    return flush();
  }

 private:
  Result<void> read_line(std::string_view text, const std::string& at) {
    auto object = parse_json(text);
    if (!object) return fail(std::move(object).error().within(at));
    if (!object->is_object()) return fail(ErrorKind::data, at + ": not an object");
    Line line(*std::move(object), at);
    std::string record = "label";
    CLEW_CHECK(line.take("record", record));
    if (record == "pack") {
      CLEW_CHECK(flush());
      CLEW_TRY(pack, pack_of(line, name_));
      content_.pack = std::move(pack);
      open_ = true;
    } else if (record == "label") {
      CLEW_TRY(label, label_of(line));
      if (label.subject.empty())
        content_.skipped.add(at + ": no address");
      else
        content_.labels.push_back(std::move(label));
    } else if (record == "actor") {
      CLEW_TRY(actor, actor_of(line));
      if (actor.id.empty())
        content_.skipped.add(at + ": an actor without id");
      else
        content_.actors.push_back(std::move(actor));
    } else {
      return fail(ErrorKind::data, at + ": unknown record '" + record + "'");
    }
    return line.done();
  }

  Result<void> flush() {
    const bool any =
        open_ || !content_.labels.empty() || !content_.actors.empty() || content_.skipped.count > 0;
    auto content = std::exchange(content_, {});
    open_ = false;
    if (!any) return {};
    return take_(std::move(content));
  }

  std::string_view name_;
  const std::function<Result<void>(PackContent)>& take_;
  PackContent content_;
  bool open_ = false;
};

}  // namespace

std::string jsonl_pack(const Pack& pack) {
  json out = {{"record", "pack"}};
  put(out, "identity", pack.identity);
  put(out, "format", pack.format);
  put(out, "title", pack.title);
  put(out, "creator", pack.creator);
  put(out, "description", pack.description);
  put(out, "licence", pack.licence);
  put(out, "origin", pack.origin);
  put(out, "is_public", pack.is_public);
  put_extra(out, pack.extra);
  return line_of(out);
}

std::string jsonl_label(const Label& label) {
  json out = {{"record", "label"}};
  const bool address = label.subject_kind == SubjectKind::address;
  put(out, address ? "address" : "tx_hash", label.subject);
  put(out, "label", label.label);
  put(out, "currency", label.currency);
  put(out, "network", label.network);
  put(out, "category", label.categories);
  put(out, "concepts", label.concepts);
  put(out, "abuse", label.abuses);
  put(out, "actor", label.actor);
  put(out, "source", label.sources);
  put(out, "confidence", label.confidence);
  put(out, "is_cluster_definer", label.is_cluster_definer);
  put(out, "lastmod", label.lastmod);
  put(out, "licence", label.licence);
  put_extra(out, label.extra);
  return line_of(out);
}

std::string jsonl_actor(const Actor& actor) {
  json out = {{"record", "actor"}};
  put(out, "id", actor.id);
  put(out, "label", actor.label);
  put(out, "uri", actor.uri);
  put(out, "categories", actor.categories);
  put(out, "jurisdictions", actor.jurisdictions);
  put(out, "aliases", actor.aliases);
  put(out, "lastmod", actor.lastmod);
  put_extra(out, actor.extra);
  return line_of(out);
}

Result<void> parse_jsonl(std::string_view text, std::string_view name,
                         const std::function<Result<void>(PackContent)>& take) {
  return LinesReader(name, take).read(text);
}

}  // namespace clew::labels
