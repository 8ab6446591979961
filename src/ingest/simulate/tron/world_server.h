// Serves a TRON world on one port in the shapes of both providers: histories as TronGrid does,
// screening as Chainalysis does.
#pragma once

#include <memory>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "ingest/tron/replay/get_server.h"
#include "ingest/tron/replay/provider_faults.h"
#include "ingest/tron/replay/trongrid_server.h"

namespace clew::simulate::tron {

// Whether a folder holds, by its world.json, a finished world that `simulate_tron` wrote. Any other
// path, one that is not there too, is none.
bool is_world(const std::string& directory, FileSystem& files = real_files());

struct WorldServerOptions : replay::GetServerOptions {
  std::string key;  // demanded by both, each in its own header; empty: none
  replay::ProviderFaultPlan faults;
};

// data if the world's files are not of their form, not_found, io.
Result<std::unique_ptr<replay::TronGridServer>> serve_world(const std::string& directory,
                                                            const WorldServerOptions& options,
                                                            FileSystem& files = real_files());

}  // namespace clew::simulate::tron
