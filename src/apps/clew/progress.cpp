#include "apps/clew/progress.h"

#include <unistd.h>

#include <cstdio>

#include "apps/clew/session.h"

namespace clew::app {

ProgressBar::ProgressBar(std::string verb, std::string unit)
    : verb_(std::move(verb)),
      unit_(std::move(unit)),
      terminal_(::isatty(STDERR_FILENO) != 0),
      started_(Clock::now()) {}

void ProgressBar::show(std::uint64_t done, std::uint64_t total, const std::string& note) {
  const auto now = Clock::now();
  if (!terminal_ || (drawn_ && now - last_ < std::chrono::milliseconds(100))) return;
  last_ = now;
  drawn_ = true;
  constexpr int kWidth = 30;
  const double part = total == 0 ? 0 : static_cast<double>(done) / static_cast<double>(total);
  std::string bar(kWidth, '.');
  for (int i = 0; i < static_cast<int>(part * kWidth) && i < kWidth; ++i)
    bar[static_cast<std::size_t>(i)] = '#';
  const std::chrono::duration<double> spent = now - started_;
  const auto left = part > 0 ? static_cast<unsigned long>(spent.count() * (1 - part) / part) : 0;
  std::fprintf(stderr, "\r\033[K%s [%s] %3d %%  %s %s%s%s  ETA %lu:%02lu", verb_.c_str(),
               bar.c_str(), static_cast<int>(part * 100), grouped(done).c_str(), unit_.c_str(),
               note.empty() ? "" : "  ", note.c_str(), left / 60, left % 60);
  std::fflush(stderr);
}

void ProgressBar::finish() {
  if (drawn_) std::fputs("\r\033[K", stderr);
  drawn_ = false;
}

}  // namespace clew::app
