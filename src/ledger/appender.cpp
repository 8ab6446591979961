#include "ledger/appender.h"

#include "ledger/sequence_code.h"

namespace clew::ledger {

using bitcoin::Block;
using bitcoin::ScriptType;

namespace {

// Of a usual chain; what is expected by it is only memory set aside.
constexpr std::uint64_t kTransactionBytes = 550;

// How many look-ups ahead each step of one is begun: slot, then row, then bytes of the key.
constexpr std::size_t kPrefetchAhead = 10;

ByteView txid_of(const bitcoin::Input& input) {
  return {input.outpoint, 32};
}
std::uint32_t vout_of(const bitcoin::Input& input) {
  return load_le<std::uint32_t>(input.outpoint + 32);
}

// Whether output_script(address) gives the script back.
bool address_tells(const bitcoin::ScriptInfo& info) {
  return info.has_address && info.type != ScriptType::p2pk && info.type != ScriptType::multisig;
}

}  // namespace

Appender::Appender(const SegmentSet& older, std::uint64_t hash_key)
    : older_(older), hash_key_(hash_key) {
  data_.hash_key = hash_key;
  restart();
}

void Appender::restart() {
  auto after = older_.totals();
  data_.restart(after, 0);
  txs_.clear();
  addresses_.clear();
  blocks_.clear();
}

void Appender::expect(std::uint64_t raw_bytes) {
  const auto txs = static_cast<std::size_t>(raw_bytes / kTransactionBytes);
  data_.reserve(txs);
  txs_.reserve(txs);
  addresses_.reserve(txs);
}

std::uint32_t Appender::room() const {
  const auto used = std::max(data_.in_previous.size(), data_.out_address.size());
  return used > kRowsMax ? 0 : kRowsMax - static_cast<std::uint32_t>(used);
}

std::optional<std::uint32_t> Appender::height_of(const Hash256& block_hash) const {
  const auto row = blocks_.find(keyed_hash(block_hash, hash_key_),
                                [&](auto r) { return data_.block_hash[r] == block_hash; });
  if (row == kNoRow) return std::nullopt;
  return static_cast<std::uint32_t>(data_.counts.first_height + row);
}

std::optional<Hash256> Appender::hash_at(std::uint32_t height) const {
  if (empty() || height < data_.counts.first_height || height >= end_height()) return std::nullopt;
  return data_.block_hash[height - data_.counts.first_height];
}

void Appender::append(const Block& block, std::uint32_t height, Spent spent) {
  add_header(block, height);
  number_addresses(block);
  add_outputs(block);
  add_transactions(block);
  add_inputs(block, spent);
  link_late_inputs(block, height);
  auto& counts = data_.counts;
  counts.block_count += 1;
  counts.tx_count = data_.tx_id.size();
  counts.input_count = data_.in_previous.size();
  counts.output_count = data_.out_address.size();
  counts.address_count = data_.address_at.size();
  counts.outside_count = data_.outside_input.size();
  counts.raw_bytes += block.raw.size();
}

void Appender::add_header(const Block& block, std::uint32_t height) {
  if (empty()) data_.counts.first_height = height;
  blocks_.insert(keyed_hash(block.hash, hash_key_),
                 static_cast<std::uint32_t>(data_.block_hash.size()));
  block_tx_ = static_cast<std::uint32_t>(data_.tx_id.size());
  const auto header = block.raw.first(bitcoin::kHeaderSize);
  data_.block_header.insert(data_.block_header.end(), header.begin(), header.end());
  data_.block_hash.push_back(block.hash);
  data_.block_first_tx.push_back(block_tx_);
  data_.block_first_address.push_back(static_cast<std::uint32_t>(data_.address_at.size()));
  data_.block_size.push_back(static_cast<std::uint32_t>(block.raw.size()));
  data_.block_weight.push_back(block.weight);
}

std::uint32_t Appender::find_local(std::uint64_t hash, const bitcoin::Address& address) const {
  return addresses_.find(hash, [&](std::uint32_t row) {
    const auto* p = data_.address_bytes.data() + data_.address_at[row];
    if (*p != static_cast<std::uint8_t>(address.kind)) return false;
    if (bitcoin::payload_size(address.kind) == 0 && *++p != address.size) return false;
    return std::memcmp(p + 1, address.payload.data(), address.size) == 0;
  });
}

AddressId Appender::insert_address(std::uint64_t hash, const bitcoin::Address& address) {
  const auto row = static_cast<std::uint32_t>(data_.address_at.size());
  data_.address_at.push_back(static_cast<std::uint32_t>(data_.address_bytes.size()));
  append_address(data_.address_bytes, address);
  addresses_.insert(hash, row);
  return static_cast<AddressId>(data_.counts.address_base + row);
}

AddressId Appender::number_of(const bitcoin::Address& address) {
  const auto hash = address_hash(address, hash_key_);
  if (const auto row = find_local(hash, address); row != kNoRow)
    return static_cast<AddressId>(data_.counts.address_base + row);
  if (const auto id = older_.find_address(hash, address)) return *id;
  return insert_address(hash, address);
}

// Begins the steps of finding the addresses of outputs that come after the i-th.
void Appender::prefetch_address(std::size_t i) {
  const auto ahead = [&](std::size_t steps) { return i + steps * kPrefetchAhead; };
  const auto n = hashes_.size();
  if (ahead(3) < n) addresses_.prefetch(hashes_[ahead(3)]);
  if (ahead(2) < n) {
    likely_[ahead(2)] = addresses_.likely(hashes_[ahead(2)]);
    if (likely_[ahead(2)] != kNoRow) __builtin_prefetch(&data_.address_at[likely_[ahead(2)]]);
  }
  if (ahead(1) < n && likely_[ahead(1)] != kNoRow)
    __builtin_prefetch(&data_.address_bytes[data_.address_at[likely_[ahead(1)]]]);
}

// One pass a store, so that the cache misses of many look-ups overlap: first this segment's table,
// then each older segment for what is still unknown, then numbers for the new ones.
void Appender::number_addresses(const Block& block) {
  const auto n = block.outputs.size();
  scripts_.resize(n);
  hashes_.resize(n);
  likely_.assign(n, kNoRow);
  output_addresses_.assign(n, kNoAddress);
  for (std::size_t i = 0; i < n; ++i) {
    scripts_[i] = bitcoin::classify(block.outputs[i].script);
    if (scripts_[i].has_address) hashes_[i] = address_hash(scripts_[i].address, hash_key_);
  }
  const auto base = static_cast<AddressId>(data_.counts.address_base);
  pending_.clear();
  for (std::size_t i = 0; i < n; ++i) {
    prefetch_address(i);
    if (!scripts_[i].has_address) continue;
    const auto row = find_local(hashes_[i], scripts_[i].address);
    if (row != kNoRow)
      output_addresses_[i] = base + row;
    else
      pending_.push_back({static_cast<std::uint32_t>(i), hashes_[i]});
  }
  const auto& segments = older_.all();
  for (auto it = segments.rbegin(); it != segments.rend() && !pending_.empty(); ++it) {
    const auto& segment = **it;
    std::size_t left = 0;
    for (std::size_t i = 0; i < pending_.size(); ++i) {
      if (i + kPrefetchAhead < pending_.size())
        segment.address_index.prefetch(pending_[i + kPrefetchAhead].hash);
      const auto [item, hash] = pending_[i];
      const auto row = segment.find_address(hash, scripts_[item].address);
      if (row == kNoRow)
        pending_[left++] = pending_[i];
      else
        output_addresses_[item] = static_cast<AddressId>(segment.counts.address_base + row);
    }
    pending_.resize(left);
  }
  for (const auto& [item, hash] : pending_) {
    const auto row = find_local(hash, scripts_[item].address);  // twice in one block
    output_addresses_[item] =
        row != kNoRow ? base + row : insert_address(hash, scripts_[item].address);
  }
}

void Appender::add_outputs(const Block& block) {
  for (std::size_t i = 0; i < block.outputs.size(); ++i) {
    const auto& output = block.outputs[i];
    if (!address_tells(scripts_[i]) && !output.script.empty()) {
      data_.out_script_row.push_back(static_cast<std::uint32_t>(data_.out_address.size() + i));
      data_.out_script_bytes.insert(data_.out_script_bytes.end(), output.script.begin(),
                                    output.script.end());
      data_.out_script_offset.push_back(static_cast<std::uint32_t>(data_.out_script_bytes.size()));
    }
    data_.push_value(output.value);
    data_.counts.output_value += output.value;
  }
  data_.out_address.insert(data_.out_address.end(), output_addresses_.begin(),
                           output_addresses_.end());
}

void Appender::add_transactions(const Block& block) {
  const auto first_input = static_cast<std::uint32_t>(data_.in_previous.size());
  const auto first_output =
      static_cast<std::uint32_t>(data_.out_address.size() - block.outputs.size());
  hashes_.resize(block.txids.size());
  for (std::size_t i = 0; i < hashes_.size(); ++i)
    hashes_[i] = keyed_hash(block.txids[i], hash_key_);
  for (std::size_t i = 0; i < block.transactions.size(); ++i) {
    if (i + kPrefetchAhead < hashes_.size()) txs_.prefetch(hashes_[i + kPrefetchAhead]);
    const auto& tx = block.transactions[i];
    const auto row = static_cast<std::uint32_t>(data_.tx_id.size());
    txs_.insert(hashes_[i], row);
    data_.tx_id.push_back(block.txids[i]);
    data_.tx_first_input.push_back(first_input + tx.first_input);
    data_.tx_first_output.push_back(first_output + tx.first_output);
    data_.tx_lock_time.push_back(tx.lock_time);
    data_.tx_weight.push_back(tx.weight());
    std::uint8_t flags = tx.has_witness ? kWitness : 0;
    if (i == 0) flags |= kCoinbase;
    if (tx.version == 2) flags |= kVersion2;
    if (tx.version != 1 && tx.version != 2) {
      flags |= kVersionSpilled;
      data_.tx_version_row.push_back(row);
      data_.tx_version.push_back(tx.version);
    }
    data_.tx_flags.push_back(flags);
  }
}

void Appender::add_input_columns(const Block& block) {
  for (const auto& input : block.inputs) {
    const auto code = sequence_code(input.sequence);
    if (code == kSequenceSpilled) {
      data_.in_sequence_row.push_back(static_cast<std::uint32_t>(data_.in_sequence.size()));
      data_.in_sequence_value.push_back(input.sequence);
    }
    data_.in_sequence.push_back(code);
  }
  const auto rows = data_.in_previous.size() + block.inputs.size();
  data_.in_previous.resize(rows, kNoRow);
  data_.in_address.resize(rows, kNoAddress);
}

// Begins the steps of finding what the inputs that come after the i-th spend.
void Appender::prefetch_spent(std::size_t i) {
  const auto ahead = [&](std::size_t steps) { return i + steps * kPrefetchAhead; };
  const auto n = hashes_.size();
  if (ahead(3) < n) txs_.prefetch(hashes_[ahead(3)]);
  if (ahead(2) < n) {
    const auto row = likely_[ahead(2)] = txs_.likely(hashes_[ahead(2)]);
    if (row != kNoRow) {
      __builtin_prefetch(&data_.tx_id[row]);
      __builtin_prefetch(&data_.tx_first_output[row]);
    }
  }
  if (ahead(1) < n && likely_[ahead(1)] != kNoRow)
    __builtin_prefetch(&data_.out_address[data_.tx_first_output[likely_[ahead(1)]]]);
}

void Appender::add_inputs(const Block& block, Spent spent) {
  const auto first = static_cast<std::uint32_t>(data_.in_previous.size());
  const auto n = block.inputs.size();
  add_input_columns(block);
  hashes_.resize(n);
  likely_.assign(n, kNoRow);
  for (std::size_t i = 0; i < n; ++i)
    hashes_[i] = keyed_hash(txid_of(block.inputs[i]), hash_key_);
  pending_.clear();
  std::size_t tx = 0;
  for (std::size_t i = 0; i < n; ++i) {
    prefetch_spent(i);
    while (i >= block.transactions[tx].first_input + block.transactions[tx].input_count)
      ++tx;
    const auto& input = block.inputs[i];
    if (bitcoin::is_null_outpoint(input.outpoint)) continue;
    const auto spending_tx = block_tx_ + static_cast<std::uint32_t>(tx);
    const auto row = txs_.find(hashes_[i], [&](std::uint32_t r) {
      return r < spending_tx && std::memcmp(data_.tx_id[r].data(), input.outpoint, 32) == 0;
    });
    if (row == kNoRow) {
      pending_.push_back({static_cast<std::uint32_t>(i), hashes_[i]});
      continue;
    }
    const auto from = data_.tx_first_output[row], to = data_.tx_first_output[row + 1];
    if (vout_of(input) < to - from) {
      data_.in_previous[first + i] = from + vout_of(input);
      data_.in_address[first + i] = data_.out_address[from + vout_of(input)];
    } else {
      pending_.push_back({static_cast<std::uint32_t>(i), hashes_[i]});
    }
  }
  const auto elsewhere = pending_;
  find_older_outputs(block);
  for (std::size_t i = 0; i < elsewhere.size(); ++i) {
    const auto item = elsewhere[i].item;
    if (older_outputs_[item] == kNone) {
      add_outside(block.inputs[item], first + item, spent.empty() ? nullptr : &spent[item]);
      continue;
    }
    data_.in_previous[first + item] = kCrossBit | static_cast<std::uint32_t>(data_.in_cross.size());
    data_.in_cross.push_back(older_outputs_[item]);
    const auto [segment, output] = older_.of_output(older_outputs_[item]);
    data_.in_address[first + item] = segment->out_address[output];
  }
}

// Looks for what pending_ inputs spend in older segments; the answers go to older_outputs_.
void Appender::find_older_outputs(const Block& block) {
  older_outputs_.assign(block.inputs.size(), kNone);
  const auto& segments = older_.all();
  for (auto it = segments.rbegin(); it != segments.rend() && !pending_.empty(); ++it) {
    const auto& segment = **it;
    std::size_t left = 0;
    for (std::size_t i = 0; i < pending_.size(); ++i) {
      if (i + kPrefetchAhead < pending_.size())
        segment.tx_index.prefetch(pending_[i + kPrefetchAhead].hash);
      const auto [item, hash] = pending_[i];
      const auto& input = block.inputs[item];
      const auto tx = segment.find_tx(hash, load_le<Hash256>(input.outpoint));
      if (tx == kNoRow || vout_of(input) >= segment.output_end(tx) - segment.tx_first_output[tx])
        pending_[left++] = pending_[i];
      else
        older_outputs_[item] =
            segment.counts.output_base + segment.tx_first_output[tx] + vout_of(input);
    }
    pending_.resize(left);
  }
}

// What the ledger does not hold is known by its outpoint, by what the source declared of it, and by
// the address that the input itself reveals.
void Appender::add_outside(const bitcoin::Input& input, std::uint32_t row,
                           const std::optional<bitcoin::SpentOutput>* spent) {
  const bool declared = spent != nullptr && spent->has_value();
  data_.in_previous[row] = kCrossBit | static_cast<std::uint32_t>(data_.in_cross.size());
  data_.in_cross.push_back(kOutsideBit | data_.outside_input.size());
  data_.outside_input.push_back(row);
  data_.outside_value.push_back(declared ? (*spent)->value : -1);
  data_.outside_outpoint.insert(data_.outside_outpoint.end(), input.outpoint, input.outpoint + 36);
  if (declared) {
    const auto info = bitcoin::classify((*spent)->script);
    if (info.has_address) data_.in_address[row] = number_of(info.address);
  } else if (const auto address =
                 bitcoin::revealed_address(input.script, bitcoin::witness_stack(input.witness))) {
    data_.in_address[row] = number_of(*address);
  }
}

void Appender::link_late_inputs(const Block& block, std::uint32_t height) {
  for (const auto& segment : older_.all()) {
    if (segment->outside_input.empty() || segment->first_height() <= height) continue;
    for (std::size_t i = 0; i < block.transactions.size(); ++i) {
      const auto& txid = block.txids[i];
      segment->outside_index.find(keyed_hash(txid, hash_key_), [&](std::uint32_t row) {
        const auto* outpoint = segment->outside_outpoint.at(row);
        const auto vout = load_le<std::uint32_t>(outpoint + 32);
        if (std::memcmp(outpoint, txid.data(), 32) != 0 ||
            vout >= block.transactions[i].output_count)
          return false;
        const auto input = segment->counts.input_base + segment->outside_input[row];
        if (older_.late_output_of(input) != kNone) return false;
        data_.late_input.push_back(input);
        data_.late_output.push_back(data_.counts.output_base +
                                    data_.tx_first_output[block_tx_ + i] + vout);
        return false;  // other inputs may spend other outputs of this transaction
      });
    }
  }
}

}  // namespace clew::ledger
