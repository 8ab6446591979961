// What only OpenSSL provides here.
#pragma once

#include "base/bytes.h"

namespace clew::sha256_detail {

void ripemd160(ByteView message, std::uint8_t* out);  // 20 bytes

}  // namespace clew::sha256_detail
