#include "ingest/simulate/tron/simulate_tron.h"

#include "ingest/simulate/tron/draws.h"
#include "ingest/simulate/tron/nuisance.h"
#include "ingest/simulate/tron/underworld.h"
#include "ingest/simulate/tron/world_files.h"

namespace clew::simulate::tron {
namespace {

constexpr std::int64_t kBegin = 1'735'689'600;  // 1 January 2025

Result<void> check(const Options& options) {
  if (options.users < 20 || options.users > 10'000)
    return fail(ErrorKind::usage, "--users must be 20 to 10,000");
  if (options.days < 30 || options.days > 1'000)
    return fail(ErrorKind::usage, "--days must be 30 to 1,000");
  return {};
}

}  // namespace

Result<std::unique_ptr<const World>> make_world(const Options& options) {
  CLEW_CHECK(check(options));
  auto world = std::make_unique<World>(options.seed, kBegin);
  Services services(*world, options.users);
  People people(*world, services, options.users, options.days);
  Underworld underworld(*world, services, people, options.users, options.days);
  Poisoning poisoning(*world, services, people, underworld, options.users, options.days);
  Spam spam(*world);
  for (std::int64_t day = 0; day < options.days; ++day) {
    services.plan_day();
    people.plan_day(day);
    underworld.plan_day(day);
    poisoning.plan_day(day);
    spam.plan_day();
    world->run_until(kBegin + (day + 1) * kDay);
  }
  world->stop();
  return std::unique_ptr<const World>(std::move(world));
}

Result<Summary> simulate_tron(const Options& options, FileSystem& files) {
  CLEW_TRY(world, make_world(options));
  CLEW_CHECK(prepare_world(files, options.out));
  return write_world(files, options, *world);
}

}  // namespace clew::simulate::tron
