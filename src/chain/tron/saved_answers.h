// Where blocks stand in a text of saved answers: of a full node (a block, a list of blocks, the
// infos of a block's transactions, {"block": …, "infos": …} of both, each also as the "result" of
// an envelope), or tables of one block as GraphSense exports them (table_json.h).
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace clew::tron {

// A part of such a text that is read by itself. What it says of itself is not checked yet.
struct SavedAnswer {
  enum class Kind : std::uint8_t { block, infos, tables };

  Kind kind = Kind::block;
  std::uint64_t number = 0;            // of the block
  Hash256 id{};                        // of the block; infos do not tell it
  std::uint64_t offset = 0, size = 0;  // bytes of the text
};

// Keeps scratch memory; not to be shared between threads.
class SavedAnswerFinder {
 public:
  SavedAnswerFinder();
  ~SavedAnswerFinder();

  // In the order of the text; nothing for {} and [], which are the infos of an empty block. data if
  // it is not JSON, or none of these.
  Result<std::vector<SavedAnswer>> find(std::string_view json);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clew::tron
