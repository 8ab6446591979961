//! The Rust crate `bitcoin-block-parser` on the blocks that bench_decode reads:
//! `blocks-peer FOLDER [--rounds N]`. FOLDER holds block files without a key.
//!
//! First the crate as it comes, with one worker thread, so that it does not pay for moving blocks
//! between threads; then `bitcoin`, the library that it decodes with, on blocks in memory, so that
//! files cost nothing. The best round counts, in bytes of blocks per second of CPU time (user and
//! system, every thread). The last line is one JSON document for scripts.
use bitcoin::consensus::deserialize;
use bitcoin::hashes::Hash;
use bitcoin::Block;
use bitcoin_block_parser::blocks::ParserOptions;
use bitcoin_block_parser::BlockParser;
use std::hint::black_box;
use std::{env, fs, process};

const FRAME: usize = 8; // magic and length before each block

#[derive(Clone, Copy, PartialEq)]
enum Checks {
    Txids,
    MerkleRoot,
    WitnessRoot,
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
    eprintln!("blocks-peer: {why}");
    process::exit(2);
}

/// Computes every txid once, as decoding for a ledger does, and checks what is asked for.
fn check(block: &Block, checks: Checks) -> usize {
    let holds = match checks {
        Checks::Txids => block
            .txdata
            .iter()
            .all(|t| black_box(t.compute_txid()).to_byte_array() != [0; 32]),
        Checks::MerkleRoot => block.check_merkle_root(),
        Checks::WitnessRoot => block.check_merkle_root() && block.check_witness_commitment(),
    };
    if !holds {
        stop("a block is damaged");
    }
    block.txdata.len()
}

/// The blocks of all files, without their frames.
fn read_blocks(folder: &str) -> Vec<Vec<u8>> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap_or_else(|e| stop(&format!("{folder}: {e}")))
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "dat"))
        .collect();
    names.sort();
    let mut blocks = Vec::new();
    for name in names {
        let file = fs::read(&name).unwrap_or_else(|e| stop(&format!("{}: {e}", name.display())));
        let mut rest = &file[..];
        while rest.len() > FRAME && rest[..4] != [0; 4] {
            let size = u32::from_le_bytes([rest[4], rest[5], rest[6], rest[7]]) as usize;
            if size > rest.len() - FRAME {
                break;
            }
            blocks.push(rest[FRAME..FRAME + size].to_vec());
            rest = &rest[FRAME + size..];
        }
    }
    blocks
}

fn best_of(rounds: usize, mut body: impl FnMut()) -> f64 {
    (0..rounds).fold(f64::INFINITY, |best, _| {
        let start = cpu_seconds();
        body();
        best.min(cpu_seconds() - start)
    })
}

fn crate_from_files(folder: &str, checks: Checks) -> usize {
    let options = ParserOptions {
        num_threads: 1,
        ..ParserOptions::default()
    };
    BlockParser::new_with_opts(folder, options)
        .unwrap_or_else(|e| stop(&e.to_string()))
        .parse(move |block| check(&block, checks))
        .sum()
}

fn library_from_memory(blocks: &[Vec<u8>], checks: Checks) -> usize {
    let decode = |raw: &Vec<u8>| match deserialize::<Block>(raw) {
        Ok(block) => check(&block, checks),
        Err(e) => stop(&e.to_string()),
    };
    blocks.iter().map(decode).sum()
}

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let folder = words
        .first()
        .unwrap_or_else(|| stop("name a folder of block files"));
    let rounds = match words.get(1).map(String::as_str) {
        Some("--rounds") => words.get(2).and_then(|n| n.parse().ok()).unwrap_or(3),
        _ => 3,
    };
    let blocks = read_blocks(folder);
    let bytes = blocks.iter().map(Vec::len).sum::<usize>() as f64;
    let mut json = vec![format!("\"blocks\": {}", blocks.len())];
    let named = [
        ("txid", "decode + txid", Checks::Txids),
        ("merkle", "decode + txid + Merkle root", Checks::MerkleRoot),
        (
            "witness",
            "the same + wtxid + witness root",
            Checks::WitnessRoot,
        ),
    ];
    let mut transactions = 0;
    for (key, name, checks) in named {
        let mut found = 0;
        let files = best_of(rounds, || found = crate_from_files(folder, checks));
        let memory = best_of(rounds, || {
            found = found.max(library_from_memory(&blocks, checks))
        });
        let (files, memory) = (bytes / files / 1e6, bytes / memory / 1e6);
        println!("{name:34} crate {files:5.0} MB/CPU-s, its library from memory {memory:5.0}");
        transactions = found;
        json.push(format!("\"{key}_crate\": {files:.1}"));
        json.push(format!("\"{key}_library\": {memory:.1}"));
    }
    json.push(format!("\"transactions\": {transactions}"));
    println!("{{{}}}", json.join(", "));
}
