// TransactionInfo messages.
#include <algorithm>

#include "chain/tron/address.h"
#include "chain/tron/block.h"
#include "chain/tron/protobuf.h"

namespace clew::tron {
namespace {

std::uint64_t not_negative(std::int64_t value) {
  return value < 0 ? 0 : static_cast<std::uint64_t>(value);
}

// The virtual machine writes 20 bytes here, without the prefix.
bool read_plain_address(ByteView bytes, chain::Account& account) {
  if (bytes.size() == account.size() + 1) bytes = bytes.subspan(1);
  if (bytes.size() != account.size()) return false;
  std::ranges::copy(bytes, account.begin());
  return true;
}

Result<Log> read_log(ByteView message) {
  Log log;
  ProtoReader reader(message);
  for (ProtoField field; reader.next(field);) {
    if (field.number < 1 || field.number > 3) continue;
    const auto bytes = reader.bytes(field);
    if (field.number == 1) {
      if (!read_plain_address(bytes, log.address))
        return fail(ErrorKind::data, "a log's address is not of 20 bytes");
    } else if (field.number == 2) {
      Hash256 topic;
      if (bytes.size() != topic.size()) return fail(ErrorKind::data, "a topic is not of 32 bytes");
      std::ranges::copy(bytes, topic.begin());
      log.topics.push_back(topic);
    } else {
      log.data.assign(bytes.begin(), bytes.end());
    }
  }
  CLEW_CHECK(reader.finish());
  return log;
}

// {callValue, tokenId}: of TRX the second is left out.
Result<std::uint64_t> read_sun(ByteView message) {
  std::int64_t value = 0;
  bool of_token = false;
  ProtoReader reader(message);
  for (ProtoField field; reader.next(field);) {
    if (field.number == 1) value = reader.signed_number(field);
    if (field.number == 2) of_token = !reader.bytes(field).empty();
  }
  CLEW_CHECK(reader.finish());
  return of_token ? 0 : not_negative(value);
}

Result<InternalTransaction> read_internal(ByteView message) {
  InternalTransaction internal;
  ProtoReader reader(message);
  for (ProtoField field; reader.next(field);) {
    switch (field.number) {
      case 2:
        internal.from = account_of(reader.bytes(field)).value_or(chain::Account{});
        break;
      case 3:
        internal.to = account_of(reader.bytes(field));
        break;
      case 4: {
        CLEW_TRY(sun, read_sun(reader.bytes(field)));
        const bool fits = internal.amount <= ~std::uint64_t{0} - sun;
        if (!fits) return fail(ErrorKind::data, "an internal transaction moves too much");
        internal.amount += sun;
        break;
      }
      case 6:
        internal.rejected = reader.number(field) != 0;
        break;
      default:
        break;
    }
  }
  CLEW_CHECK(reader.finish());
  return internal;
}

Result<std::uint64_t> read_energy(ByteView receipt) {
  std::uint64_t energy = 0;
  ProtoReader reader(receipt);
  for (ProtoField field; reader.next(field);)
    if (field.number == 4) energy = not_negative(reader.signed_number(field));
  CLEW_CHECK(reader.finish());
  return energy;
}

Result<TransactionInfo> read_info(ByteView message) {
  TransactionInfo info;
  ProtoReader reader(message);
  for (ProtoField field; reader.next(field);) {
    switch (field.number) {
      case 1: {
        const auto bytes = reader.bytes(field);
        if (bytes.size() != info.id.size())
          return fail(ErrorKind::data, "a transaction's id is not of 32 bytes");
        std::ranges::copy(bytes, info.id.begin());
        break;
      }
      case 2:
        info.fee = not_negative(reader.signed_number(field));
        break;
      case 6:
        info.contract = account_of(reader.bytes(field));
        break;
      case 7: {
        CLEW_TRY(energy, read_energy(reader.bytes(field)));
        info.energy_used = energy;
        break;
      }
      case 8: {
        CLEW_TRY(log, read_log(reader.bytes(field)));
        info.logs.push_back(std::move(log));
        break;
      }
      case 15:
        info.withdrawn = not_negative(reader.signed_number(field));
        break;
      case 17: {
        CLEW_TRY(internal, read_internal(reader.bytes(field)));
        info.internal.push_back(internal);
        break;
      }
      default:
        break;
    }
  }
  CLEW_CHECK(reader.finish());
  return info;
}

}  // namespace

Result<std::vector<TransactionInfo>> decode_infos(ByteView message) {
  std::vector<TransactionInfo> infos;
  ProtoReader reader(message);
  for (ProtoField field; reader.next(field);) {
    if (field.number != 3) continue;
    auto info = read_info(reader.bytes(field));
    if (!info)
      return fail(std::move(info).error().within("transaction " + std::to_string(infos.size())));
    infos.push_back(std::move(*info));
  }
  CLEW_CHECK(reader.finish());
  return infos;
}

}  // namespace clew::tron
