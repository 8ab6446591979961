//! The Rust crates of `alloy` on the answers that bench_evm_decode reads:
//! `evm-peer FOLDER [--rounds N]`. FOLDER is what `bench_evm_decode --write FOLDER` wrote.
//!
//! serde_json reads the answers into alloy's types, which then compute the hashes of blocks and
//! transactions, the roots and the blooms, as a client that believes no node would do. The best
//! round counts, in transactions per second of CPU time (user and system, every thread). The last
//! line is one JSON document for scripts.
use alloy_consensus::proofs::{calculate_receipt_root, calculate_transaction_root};
use alloy_consensus::TxReceipt;
use alloy_eips::eip2718::Encodable2718;
use alloy_primitives::{keccak256, logs_bloom, Bloom, B256};
use alloy_rpc_types_eth::{Block, TransactionReceipt};
use serde::Deserialize;
use std::{env, fs, process};

#[derive(Deserialize)]
struct Answer<T> {
    result: T,
}

/// What a list of receipts is to be held against.
struct Expected {
    root: B256,
    bloom: Bloom,
}

fn cpu_seconds() -> f64 {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the pointer is to a live timespec, which is all that the call writes.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut now) };
    now.tv_sec as f64 + now.tv_nsec as f64 * 1e-9
}

fn stop(why: &str) -> ! {
    eprintln!("evm-peer: {why}");
    process::exit(2);
}

fn read_lines(folder: &str, name: &str) -> Vec<String> {
    let path = format!("{folder}/{name}");
    let text = fs::read_to_string(&path).unwrap_or_else(|e| stop(&format!("{path}: {e}")));
    text.lines().map(str::to_owned).collect()
}

/// Reads a block; if `check`, holds it against its own hash, roots and the transactions' hashes.
fn read_block(answer: &str, check: bool) -> usize {
    let block = serde_json::from_str::<Answer<Block>>(answer)
        .unwrap_or_else(|e| stop(&format!("block: {e}")))
        .result;
    let count = block.transactions.len();
    if !check {
        return count;
    }
    let header = &block.header;
    let transactions: Vec<_> = block
        .transactions
        .as_transactions()
        .unwrap_or_else(|| stop("a block has only hashes"))
        .iter()
        .map(|transaction| transaction.inner.inner())
        .collect();
    let mut encoded = Vec::new();
    let hashes_hold = transactions.iter().all(|transaction| {
        encoded.clear();
        transaction.encode_2718(&mut encoded);
        keccak256(&encoded) == *transaction.tx_hash()
    });
    if !hashes_hold
        || header.inner.hash_slow() != header.hash
        || calculate_transaction_root(&transactions) != header.inner.transactions_root
    {
        stop("a block does not hold");
    }
    count
}

/// Reads receipts; if `check`, holds them against the root, and the blooms against the logs.
fn read_receipts(answer: &str, expected: &Expected, check: bool) -> usize {
    let receipts = serde_json::from_str::<Answer<Vec<TransactionReceipt>>>(answer)
        .unwrap_or_else(|e| stop(&format!("receipts: {e}")))
        .result;
    let count = receipts.len();
    if !check {
        return count;
    }
    let receipts: Vec<_> = receipts
        .into_iter()
        .map(|receipt| receipt.into_primitives_receipt().inner)
        .collect();
    let mut bloom = Bloom::ZERO;
    for receipt in &receipts {
        let own = logs_bloom(receipt.logs());
        if own != receipt.bloom() {
            stop("a bloom does not hold");
        }
        bloom |= own;
    }
    if bloom != expected.bloom || calculate_receipt_root(&receipts) != expected.root {
        stop("receipts do not hold");
    }
    count
}

/// Seconds of the best round for one transaction.
fn best_of(rounds: usize, mut body: impl FnMut() -> usize) -> f64 {
    (0..rounds)
        .map(|_| {
            let start = cpu_seconds();
            let count = body();
            (cpu_seconds() - start) / count as f64
        })
        .fold(f64::INFINITY, f64::min)
}

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let folder = arguments.get(1).unwrap_or_else(|| stop("name a folder"));
    let rounds = match arguments.get(2).map(String::as_str) {
        Some("--rounds") => arguments.get(3).and_then(|n| n.parse().ok()).unwrap_or(0),
        _ => 15,
    };
    if rounds == 0 {
        stop("--rounds needs a number");
    }
    let blocks = read_lines(folder, "blocks.jsonl");
    let receipts: Vec<(String, Expected)> = read_lines(folder, "receipts.jsonl")
        .into_iter()
        .zip(read_lines(folder, "expected.txt"))
        .map(|(answer, line)| {
            let (root, bloom) = line.split_once(' ').unwrap_or_else(|| stop("expected.txt"));
            let root = root.parse().unwrap_or_else(|_| stop("expected.txt"));
            let bloom = bloom.parse().unwrap_or_else(|_| stop("expected.txt"));
            (answer, Expected { root, bloom })
        })
        .collect();
    let mut rates = [0.0; 2];
    for (rate, check) in rates.iter_mut().zip([false, true]) {
        let block = best_of(rounds, || blocks.iter().map(|b| read_block(b, check)).sum());
        let receipt = best_of(rounds, || {
            receipts
                .iter()
                .map(|(answer, expected)| read_receipts(answer, expected, check))
                .sum()
        });
        *rate = 1.0 / (block + receipt);
        println!(
            "alloy, {}: {:.2} us a transaction, {:.2} us a receipt: {:.0} transactions/CPU-s",
            if check { "checked" } else { "read only" },
            block * 1e6,
            receipt * 1e6,
            *rate
        );
    }
    println!("{{\"read\": {:.0}, \"checked\": {:.0}}}", rates[0], rates[1]);
}
