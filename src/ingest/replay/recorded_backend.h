// Answers recorded from a real node: files of one JSON object a line, {"request", "response"}, also
// gzipped. A request is answered if the same one was recorded; beside that, every whole block,
// list of receipts and list of traces among the answers is found by its block's number and hash.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "ingest/replay/backend.h"

namespace clew::replay {

class RecordedBackend final : public Backend {
 public:
  // data or io with the file, line and reason.
  static Result<std::unique_ptr<RecordedBackend>> open(FileSystem& files,
                                                       const std::vector<std::string>& paths);

  Reply call(std::string_view method, const Json& params, Faults& faults) override;

 private:
  RecordedBackend() = default;
  Result<void> read(FileSystem& files, const std::string& path);
  void add(const Json& request, const Json& response);
  // Under other requests that ask for the same.
  void add_block(const Json& block);
  void add_by_block(const char* method, const Json& rows, const Json& response);

  std::map<std::string, Json> answers_;  // "result" or "error", by method and parameters
  std::uint64_t head_ = 0;               // the highest whole block
};

}  // namespace clew::replay
