// One block in the tables that GraphSense makes of TRON: {"blocks": [one], "transactions": […],
// "logs": […], "traces": […]}, with hashes and accounts in hexadecimal after "0x".
// https://github.com/graphsense/graphsense-lib
#pragma once

#include <memory>
#include <string_view>

#include "chain/tron/block.h"

namespace clew::tron {

// Keeps scratch memory; not to be shared between threads.
class TableJsonReader {
 public:
  TableJsonReader();
  ~TableJsonReader();

  // The block with infos, whose `withdrawn` the tables do not tell, and `fee` often not. Its id has
  // to be the hash of the header, of which the tables leave out the version: that is looked for.
  // Without raw data there are no leaves: nothing holds the transactions against the header's root
  // but their number. data, with table, row and field, if something is malformed or does not fit.
  Result<Block> read_block(std::string_view json);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clew::tron
