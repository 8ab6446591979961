#include "ledger/account/detail.h"

#include <algorithm>
#include <limits>

namespace clew::account {
namespace {

constexpr int kBits = 7;

void put(Bytes& out, U256 number) {
  auto limbs = number.limbs();
  for (;;) {
    const auto low = static_cast<std::uint8_t>(limbs[0] & 0x7f);
    for (std::size_t i = 0; i < U256::kLimbs; ++i) {
      const auto above = i + 1 < U256::kLimbs ? limbs[i + 1] : 0;
      limbs[i] = limbs[i] >> kBits | above << (64 - kBits);
    }
    const bool last = U256(limbs).is_zero();
    out.push_back(last ? low : low | 0x80);
    if (last) return;
  }
}
void put(Bytes& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= kBits)
    out.push_back(static_cast<std::uint8_t>(number | 0x80));
  out.push_back(static_cast<std::uint8_t>(number));
}

class Reader {
 public:
  explicit Reader(ByteView bytes) : rest_(bytes) {}

  U256 number() {
    U256::Limbs limbs{};
    for (unsigned shift = 0;; shift += kBits) {
      if (rest_.empty() || shift > 255) {
        good_ = false;
        return {};
      }
      const std::uint64_t byte = rest_.front();
      rest_ = rest_.subspan(1);
      limbs[shift / 64] |= (byte & 0x7f) << shift % 64;
      if (shift % 64 > 64 - kBits && shift / 64 + 1 < U256::kLimbs)
        limbs[shift / 64 + 1] |= (byte & 0x7f) >> (64 - shift % 64);
      if (byte < 0x80) return U256(limbs);
    }
  }
  template <class T>
  T small() {
    const auto value = number().to_u64();
    good_ = good_ && value && *value <= std::numeric_limits<T>::max();
    return good_ ? static_cast<T>(*value) : T{};
  }
  bool good() const { return good_; }
  ByteView rest() const { return rest_; }

 private:
  ByteView rest_;
  bool good_ = true;
};

}  // namespace

void append_detail(Bytes& out, const chain::AccountTx& tx) {
  put(out, std::uint64_t{tx.type});
  put(out, tx.nonce);
  put(out, tx.gas_limit);
  put(out, tx.gas_used);
  put(out, tx.gas_price);
  put(out, std::uint64_t{tx.log_count});
  put(out, std::uint64_t{tx.input_size});
  if (tx.input_size >= tx.selector.size())
    out.insert(out.end(), tx.selector.begin(), tx.selector.end());
}

std::optional<Detail> read_detail(ByteView bytes) {
  Reader reader(bytes);
  Detail detail;
  detail.type = reader.small<std::uint8_t>();
  detail.nonce = reader.small<std::uint64_t>();
  detail.gas_limit = reader.small<std::uint64_t>();
  detail.gas_used = reader.small<std::uint64_t>();
  detail.gas_price = reader.number();
  detail.log_count = reader.small<std::uint32_t>();
  detail.input_size = reader.small<std::uint32_t>();
  const bool selects = detail.input_size >= detail.selector.size();
  if (!reader.good() || reader.rest().size() != (selects ? detail.selector.size() : 0))
    return std::nullopt;
  std::copy(reader.rest().begin(), reader.rest().end(), detail.selector.begin());
  return detail;
}

}  // namespace clew::account
