// Hostile XML as OFAC's SDN list: reading never fails badly, whatever pieces the text is made of,
// and every label that comes out is complete.
#include <cstdlib>

#include "labels/printable.h"
#include "labels/sanctions.h"
#include "labels/taxonomy.h"

namespace {

using namespace clew;
using namespace clew::labels;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const Result<PackContent>& content) {
  if (!content) {
    require(content.error().message.find("fuzz.xml") == 0);
    return;
  }
  require(content->actors.empty());
  for (const auto& label : content->labels) {
    require(!label.subject.empty());
    require(is_sanctioned(label));
    require(label.confidence == "authority_data");
    require(valid_utf8(label.subject) && valid_utf8(label.label) && valid_utf8(label.extra));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(parse_sdn_xml(text, "fuzz.xml"));
  check(parse_sanctions_json(text, "fuzz.xml"));
  // The same bytes as the inside of one entry, where the interesting elements are.
  const auto inside = "<sdnList><sdnEntry>" + std::string(text) + "</sdnEntry></sdnList>";
  check(parse_sdn_xml(inside, "fuzz.xml"));
  return 0;
}
