#include "ingest/evm/evm_block_reader.h"

namespace clew::ingest {

Result<std::unique_ptr<EvmLiveBlock>> EvmBlockReader::read(const EvmAnswers& answers) {
  CLEW_CHECK(blocks_.read(answers.block, block_));
  const auto& block = block_.block;
  CLEW_CHECK(check_.check_block(block));
  auto sample = senders_;
  sample.seed += block.header.number;  // others in every block
  CLEW_CHECK(evm::check_senders(block, block_.senders, sample));
  CLEW_CHECK(receipts_reader_.read(answers.receipts, block, receipts_));
  CLEW_CHECK(check_.check_receipts(block, receipts_.receipts));
  if (answers.calls) {
    CLEW_CHECK(calls_reader_.read_block(answers.form, *answers.calls, block, calls_));
    CLEW_CHECK(evm::check_calls(block, block_.senders, receipts_.receipts, calls_));
  }
  const evm::BlockEvidence evidence{.block = block,
                                    .senders = block_.senders,
                                    .receipts = receipts_.receipts,
                                    .calls = answers.calls ? &calls_ : nullptr,
                                    .blob_gas_price = receipts_.blob_gas_price};
  auto out = std::make_unique<EvmLiveBlock>();
  const auto raw_bytes = block_.raw.size() + receipts_.raw.size();
  CLEW_TRY(ready, evm::account_block(evidence, transfers_, raw_bytes, out->notes));
  out->block = std::move(ready);
  if (senders_.one_in == 1) out->block.parts |= chain::kSenders;
  out->number = block.header.number;
  out->hash = block.hash;
  out->parent = block.header.parent;
  out->time = block.header.time;
  out->bytes = raw_bytes;
  out->transactions = block.transactions.size();
  return out;
}

Result<LiveHead> EvmBlockReader::read_head(std::string_view answer) {
  CLEW_CHECK(blocks_.read_header(answer, block_));
  return LiveHead{block_.block.header.number, block_.block.hash};
}

}  // namespace clew::ingest
