// The folder that a world is written to.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace clew::simulate {

// Makes `out` and the folders in it and removes what a former world left there: what is in the
// folders, and the files named, which stand beside world.json. usage if there is anything that a
// simulator did not write. world.json then says "complete": false.
Result<void> prepare_directory(FileSystem& files, const std::string& out,
                               std::span<const std::string_view> folders,
                               std::span<const std::string_view> beside = {});

// "2024-01-31", of seconds since 1970.
std::string date_text(std::uint64_t time);

}  // namespace clew::simulate
