// Text from strangers, made safe to show. Labels may hold anything: control characters that move
// the cursor, marks that turn the reading direction around, cells that a spreadsheet would execute.
#pragma once

#include <string>
#include <string_view>

#include "base/utf8.h"

namespace clew::labels {

// For terminals and logs: control characters (C0, DEL, C1), line and paragraph separators,
// bidirectional controls, zero-width characters, U+FFFE, U+FFFF and bytes that are not UTF-8 become
// \u{…} or \x{…} escapes; a backslash becomes two, so that the escapes are unambiguous.
std::string printable(std::string_view text);

// For CSV cells, after OWASP's "CSV Injection": a text that starts with = + - @ TAB CR LF (also in
// their full-width forms) or with ' gets a ' before it; csv_unguarded() takes it away again.
std::string csv_guarded(std::string_view text);
std::string csv_unguarded(std::string_view text);

}  // namespace clew::labels
