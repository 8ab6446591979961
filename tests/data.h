// Where the tests find real chain data. The folder is not part of the repository: a test that needs
// it says loudly what could not be checked when it is absent.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/bytes.h"

namespace clew::test {

// $CLEW_DATA, else ../shared/data beside the repository; empty if there is no such folder.
inline std::string data_dir() {
  if (const char* named = std::getenv("CLEW_DATA"))
    return std::filesystem::exists(named) ? named : "";
  const auto beside =
      std::filesystem::path(__FILE__).parent_path().parent_path() / ".." / "shared" / "data";
  return std::filesystem::exists(beside) ? beside.lexically_normal().string() : "";
}

inline Bytes read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

}  // namespace clew::test

#define CLEW_NEED_DATA()              \
  if (clew::test::data_dir().empty()) \
  GTEST_SKIP() << "NOT CHECKED: no real chain data found; set CLEW_DATA to its folder"
