#include "apps/clew/count_text.h"

#include "apps/clew/session.h"

namespace clew::app {

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  std::string text = grouped(count) + ' ';
  if (count != 1 && !many.empty()) return text.append(many);
  text += one;
  return count == 1 ? text : text + 's';
}

}  // namespace clew::app
