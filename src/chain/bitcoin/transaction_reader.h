// The grammar of one transaction.
#pragma once

#include "chain/bitcoin/block.h"
#include "chain/bitcoin/reader.h"

namespace clew::bitcoin {

// The largest value that can exist: 21 million coins, on Litecoin four times as many.
std::int64_t value_max(const ChainParams& chain);

// Reads one transaction and appends it with its inputs and outputs to `out`. `hog_ex` tells
// whether it was Litecoin's integrating transaction, which only the last of a block may be.
// False if the reader refused; `out` then holds a part of the transaction.
bool read_transaction(Reader& reader, const ChainParams& chain, Block& out, bool& hog_ex);

// Why a transaction cannot stand at its place in a block, or null: a coinbase comes first and
// nowhere else.
const char* misplaced(const Block& block, std::size_t number);

}  // namespace clew::bitcoin
