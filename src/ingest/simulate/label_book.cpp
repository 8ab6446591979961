#include "ingest/simulate/label_book.h"

#include <nlohmann/json.hpp>

namespace clew::simulate {
namespace {

constexpr const char* kSource = "https://chainclew.invalid/simulated-world";

void append_tag(std::string& out, const Label& label) {
  out += "- address: " + label.address + "\n  label: " + label.name + "\n";
  if (!label.category.empty()) out += "  category: " + label.category + "\n";
  if (!label.abuse.empty()) out += "  abuse: " + label.abuse + "\n";
  if (!label.actor.empty()) out += "  actor: " + label.actor + "\n";
}

// A TagPack as GraphSense publishes them: what all tags share stands once, at the head.
std::string tag_pack(const std::string& title, const std::string& description,
                     const std::string& currency, const std::string& confidence,
                     const std::string& date) {
  return "title: " + title + "\ncreator: clew simulate\ndescription: " + description +
         "\ncurrency: " + currency + "\nlastmod: " + date + "\nconfidence: " + confidence +
         "\nsource: " + kSource + "\ntags:\n";
}

}  // namespace

std::uint32_t LabelBook::add(Label label) {
  labels_.push_back(std::move(label));
  return static_cast<std::uint32_t>(labels_.size());
}

Result<void> LabelBook::write(FileSystem& files, const std::string& directory,
                              const std::string& date) const {
  std::string services = tag_pack("Simulated services of " + currency_,
                                  "Exchanges, merchants, mining pools of a simulated world",
                                  currency_, "service_data", date);
  std::string crimes = tag_pack("Simulated crimes of " + currency_,
                                "Addresses of hacks and ransoms", currency_, "forensic", date);
  nlohmann::json sanctioned = nlohmann::json::object({{sanctions_code_, nlohmann::json::array()}});
  for (const Label& label : labels_) {
    append_tag(label.abuse.empty() ? services : crimes, label);
    if (label.sanctioned) sanctioned[sanctions_code_].push_back(label.address);
  }
  CLEW_CHECK(write_atomically(files, directory + "/services.tagpack.yaml", as_bytes(services)));
  CLEW_CHECK(write_atomically(files, directory + "/crimes.tagpack.yaml", as_bytes(crimes)));
  return write_atomically(files, directory + "/sanctioned.json",
                          as_bytes(sanctioned.dump(1) + "\n"));
}

}  // namespace clew::simulate
