// Which column of a table says what: as the user maps them, else by the names that the usual tools
// give them (ethereum-etl, cryo, block explorers, GraphSense).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ingest/transfers/list_table.h"

namespace clew::ingest {

enum class ListField : std::uint8_t {
  from,
  to,
  value,
  asset,
  token_id,
  time,
  block,
  tx,
  kind,      // as in clew transfers
  tx_index,  // within the block
  log_index,
  nonce,          // of a transaction, from which the address of its contract follows
  created,        // the contract that a transaction created
  success,        // "1" or "true"
  failed,         // the opposite
  trace_kind,     // "call", "create", "suicide", "reward", …
  call_kind,      // "call", "delegatecall", …
  trace_address,  // "0,1", "0_1", "[0, 1]"
  error,          // why a call failed
  row_type,       // what the row is, in files that have rows of several kinds
  fee,            // of a transaction, burnt
};
inline constexpr std::size_t kListFields = 21;

// "from=sender,to=receiver": fields and columns. A field without a column ("block=") is not read.
class ListMap {
 public:
  // usage if a field is not known or mapped twice.
  static Result<ListMap> parse(std::string_view spec);

 private:
  friend class ListColumns;
  std::array<std::optional<std::string>, kListFields> columns_;
};

// The fields of a table's rows.
class ListColumns {
 public:
  explicit ListColumns(const ListMap& map) : map_(&map) { places_.fill(kNone); }

  // Again whenever the table has more columns than before.
  void resolve(const std::vector<std::string>& columns);
  // After resolve(): data that names the first column mapped that the table does not have.
  Result<void> check(const std::vector<std::string>& columns) const;

  bool has(ListField field) const { return place(field) != kNone; }
  // Empty if there is no such column, or the row has nothing there.
  std::string_view text(ListField field, const std::vector<ListCell>& cells) const {
    const auto at = place(field);
    return at < cells.size() && cells[at].there ? std::string_view(cells[at].text)
                                                : std::string_view();
  }

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};
  std::size_t place(ListField field) const { return places_[static_cast<std::size_t>(field)]; }

  const ListMap* map_;
  std::array<std::size_t, kListFields> places_;
};

// "from", "to", "value", … for messages and --map.
std::string_view list_field_name(ListField field);

}  // namespace clew::ingest
