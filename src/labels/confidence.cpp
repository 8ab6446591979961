#include "labels/confidence.h"

namespace clew::labels {
namespace {

constexpr int kUnknownLevel = 5;
constexpr Confidence kScale[] = {
    {"override", 100, "chosen by hand to stand for the whole cluster"},
    {"ownership", 100, "the creator holds the private key"},
    {"ledger_immanent", 100, "follows from the ledger's own data"},
    {"manual_transaction", 90, "the creator moved funds to or from the service"},
    {"service_api", 70, "from the interface of a trusted service"},
    {"forensic_investigation", 70, "found in an investigation"},
    {"authority_data", 60, "published by an authority"},
    {"trusted_provider", 50, "from a trusted third party"},
    {"service_data", 50, "from a file that the service handed out"},
    {"forensic", 50, "from a report or a paper"},
    {"untrusted_transaction", 40, "a third party moved funds to or from the service"},
    {"web_crawl", 20, "collected from the web or a data dump"},
    {"heuristic", 10, "by a method whose reliability is hard to tell"},
    {"unknown", kUnknownLevel, "source and reliability are unknown"},
};

}  // namespace

std::span<const Confidence> confidence_scale() {
  return kScale;
}

const Confidence* find_confidence(std::string_view id) {
  for (const auto& entry : kScale)
    if (entry.id == id) return &entry;
  return nullptr;
}

int confidence_level(std::string_view id) {
  const auto* entry = find_confidence(id);
  return entry ? entry->level : kUnknownLevel;
}

}  // namespace clew::labels
