#include "apps/clew/origin.h"

namespace clew::app {

Result<std::vector<ledger::AddressId>> parse_party(const std::string& text, const Known& known) {
  const auto entity = named_entity(text);
  CLEW_TRY(id, find_address(known.snapshot, entity.value_or(text)));
  return entity ? known.entities.members(known.entity_of(id)) : std::vector{id};
}

Result<Origin> parse_origin(const std::string& text, const Known& known,
                            const graph::FlowGraph& flow, const graph::TraceWindow& window) {
  const graph::OriginOptions how{.window = window};
  Origin origin;
  if (named_entity(text)) {
    CLEW_TRY(addresses, parse_party(text, known));
    origin.kind = "entity";
    origin.addresses = std::move(addresses);
    origin.outputs = graph::origins_of(flow, origin.addresses, how);
    return origin;
  }
  CLEW_TRY(subject, graph::find_subject(known.snapshot, text));
  switch (subject.kind) {
    case graph::SubjectKind::output:
      origin.kind = "output";
      origin.outputs.outputs = {{subject.output, 0}};
      break;
    case graph::SubjectKind::transaction:
      origin.kind = "transaction";
      origin.outputs = graph::origins_of(flow, subject.tx, how);
      break;
    case graph::SubjectKind::address:
      origin.kind = "address";
      origin.addresses = {subject.address};
      origin.outputs = graph::origins_of(flow, origin.addresses, how);
  }
  return origin;
}

}  // namespace clew::app
