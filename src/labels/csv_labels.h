// Labels in tables with a header line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "labels/label.h"

namespace clew::labels {

// What each field of a label is taken from. A specification is a comma-separated list of
//   field=Column      the cell under that header; "Column, with comma" may stand in double quotes
//   field='constant'  the same text for every row
// for example: address=Addr,label=Name,category=Type,source=URL,confidence='web_crawl'
// Fields: address, tx_hash, label, currency, network, category, concepts, abuse, actor, source,
// confidence, is_cluster_definer, lastmod, licence.
struct ColumnMap {
  struct Entry {
    std::string field;
    std::string source;  // name of a column, or the constant
    bool constant = false;
  };
  std::vector<Entry> entries;
};
// usage if it does not follow the form, names an unknown field, or names one twice, or neither says
// what holds the address nor what the label.
Result<ColumnMap> parse_column_map(std::string_view spec);

// With an empty `map` the header names the fields, letter case aside; columns of other names are
// kept in Label::extra. Lists (category, concepts, abuse, source) are cut at "|", which "\|" and
// "\\" escape. A leading ' before = + - @ is taken away (see csv_guarded()). Rows without an
// address, or with another number of cells than the header, are skipped with their reason. data
// names file and line; usage if a mapped column is not in the header, address or label has none, or
// a column is there twice.
// Columns of our own export (pack, creator, is_public) tell which pack a row is of: one comes back
// for each, in the order of their first rows; rows that say nothing there are the table's own pack.
// At least one comes back, and the first has all that was skipped.
Result<std::vector<PackContent>> parse_csv_labels(std::string_view text, std::string_view name,
                                                  const ColumnMap& map);

// The same columns for export, all fields of a label and its pack.
std::string csv_label_header();
std::string csv_label_row(const Label& label, const Pack& pack);

}  // namespace clew::labels
