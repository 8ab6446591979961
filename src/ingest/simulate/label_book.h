// The public labels of the world: what an investigator would find in published lists.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "ingest/simulate/coin.h"
#include "ingest/simulate/key_ring.h"

namespace clew::simulate {

struct Label {
  std::string address;   // text form
  std::string name;      // of the service or the crime, e.g. "Kraken Bay"
  std::string category;  // exchange, market, miner, service, or empty for crimes
  std::string abuse;     // service_hack, ransomware, or empty
  std::string actor;     // machine name of the service
  bool sanctioned = false;
};

class LabelBook {
 public:
  // The currency as TagPacks name it, and as sanctions lists do.
  explicit LabelBook(std::string currency = "BTC", std::string sanctions_code = "XBT")
      : currency_(std::move(currency)), sanctions_code_(std::move(sanctions_code)) {}

  // Returns the label's number, from 1 on.
  std::uint32_t add(Label label);
  const Label& operator[](std::uint32_t number) const { return labels_[number - 1]; }
  std::size_t size() const { return labels_.size(); }
  // services.tagpack.yaml, crimes.tagpack.yaml and sanctioned.json into `directory`. `date` as
  // YYYY-MM-DD.
  Result<void> write(FileSystem& files, const std::string& directory,
                     const std::string& date) const;

 private:
  std::string currency_, sanctions_code_;
  std::vector<Label> labels_;
};

}  // namespace clew::simulate
