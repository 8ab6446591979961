#include "ingest/simulate/world_directory.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace clew::simulate {
namespace {

constexpr std::string_view kWorldFile = "/world.json";

Result<void> remove_former_world(FileSystem& files, const std::string& out,
                                 std::span<const std::string_view> folders,
                                 std::span<const std::string_view> beside) {
  const auto among = [](std::span<const std::string_view> names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
  };
  const auto ours = [&](std::string_view name) {
    return name == "world.json" || name == "README.txt" || among(folders, name) ||
           among(beside, name);
  };
  CLEW_TRY(names, files.list(out));
  for (const std::string& name : names)
    if (!ours(name) || !files.exists(out + std::string(kWorldFile)))
      return fail(ErrorKind::usage, out + " holds " + name +
                                        ", which is no simulated world; choose another directory");
  for (const std::string_view name : beside)
    if (files.exists(out + "/" + std::string(name)))
      CLEW_CHECK(files.remove(out + "/" + std::string(name)));
  for (const std::string_view folder : folders) {
    const std::string path = out + "/" + std::string(folder);
    if (!files.exists(path)) continue;
    CLEW_TRY(old, files.list(path));
    for (const std::string& name : old)
      CLEW_CHECK(files.remove(path + "/" + name));
  }
  return {};
}

}  // namespace

Result<void> prepare_directory(FileSystem& files, const std::string& out,
                               std::span<const std::string_view> folders,
                               std::span<const std::string_view> beside) {
  CLEW_CHECK(files.make_directories(out));
  CLEW_CHECK(remove_former_world(files, out, folders, beside));
  constexpr std::string_view kUnfinished = "{\"complete\": false}\n";
  CLEW_CHECK(write_atomically(files, out + std::string(kWorldFile), as_bytes(kUnfinished)));
  for (const std::string_view folder : folders)
    CLEW_CHECK(files.make_directories(out + "/" + std::string(folder)));
  return {};
}

std::string date_text(std::uint64_t time) {
  const std::chrono::year_month_day date(std::chrono::sys_days(std::chrono::days(time / 86'400)));
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

}  // namespace clew::simulate
