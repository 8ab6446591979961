// Worlds in memory, and their tables, for tests.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "ingest/simulate/ethereum/simulate_ethereum.h"
#include "ingest/simulate/ethereum/world_store.h"
#include "tests/memory_files.h"

namespace clew::simulate::ethereum::test {

struct MadeWorld {
  std::unique_ptr<clew::test::MemoryFiles> files = std::make_unique<clew::test::MemoryFiles>();
  Summary summary;
  std::optional<Store> store;

  std::string text(const std::string& name) const {
    const Bytes& bytes = files->content("world/" + name);
    return {bytes.begin(), bytes.end()};
  }
  nlohmann::json json(const std::string& name) const { return nlohmann::json::parse(text(name)); }
  // Rows by column, without the heading.
  std::vector<std::vector<std::string>> table(const std::string& name) const {
    std::istringstream lines(text(name));
    std::vector<std::vector<std::string>> rows;
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
      auto& row = rows.emplace_back(1);
      for (const char c : line)
        c == ',' ? void(row.emplace_back()) : row.back().push_back(c);
    }
    return rows;
  }
};

inline MadeWorld make_world(Options options = {}) {
  MadeWorld world;
  options.out = "world";
  auto made = simulate_ethereum(options, {}, *world.files);
  EXPECT_TRUE(made) << (made ? "" : made.error().message);
  if (!made) return world;
  world.summary = *made;
  auto store = Store::open(*world.files, "world/chain");
  EXPECT_TRUE(store) << (store ? "" : store.error().message);
  if (store) world.store = std::move(*store);
  return world;
}

}  // namespace clew::simulate::ethereum::test
