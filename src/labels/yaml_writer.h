// YAML text that every YAML 1.1 and 1.2 reader takes for the same values.
#pragma once

#include <string>
#include <string_view>

namespace clew::labels {

// A text as a scalar: plain where that can only mean text, else in double quotes with escapes.
std::string yaml_text(std::string_view text);
// A text as the key of a mapping, up to the colon that has to follow; `indent` blanks stand before
// it. Long ones are written as "? key" and a line break, since a reader looks no further for a
// colon than 1,024 characters (YAML 1.2, 7.4.2).
std::string yaml_key(std::string_view text, std::size_t indent);
// Like yaml_text(), but always in quotes unless it is a bare word, as lists between brackets need
// it.
std::string yaml_item(std::string_view text);
// A date as written: plain if it looks like one, so that readers see a date and not a text.
std::string yaml_date(std::string_view text);
// The JSON value as a block after "key:", starting with a blank or a line break, ending with a line
// break; `indent` blanks stand before the key. `json` must be valid.
std::string yaml_value(std::string_view json, std::size_t indent);

}  // namespace clew::labels
