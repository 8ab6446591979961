// What somebody who misspelt a name may have meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace clew {

// Letters to insert, delete or replace to make one of the other (Levenshtein).
std::size_t edit_distance(std::string_view a, std::string_view b);

// "; did you mean port?" with the nearest of `names` that is at most two edits away, or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string> names);

}  // namespace clew
