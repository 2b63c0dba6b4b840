//! A folder of shards for tests: English-like sentences of a small grammar, and a tokenizer trained on them.
//!
//! Used by the tests inside the crate and, by path, by those beside it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use gristmill_schemas::manifest::{Manifest, ShardRecord, TokenizerRecord, VERSION};
use gristmill_schemas::shard::{TokenType, write_index};
use tokenizers::decoders::byte_level::ByteLevel;
use tokenizers::models::bpe::{BPE, BpeTrainerBuilder};
use tokenizers::{AddedToken, Tokenizer, TokenizerBuilder};
use xxhash_rust::xxh3::xxh3_128;

/// The token that ends a document.
const END: &str = "<|endoftext|>";

/// Ids of the fixture's tokenizer, at most.
const VOCABULARY: usize = 320;

/// Writes about `sentences` sentences as shards of 40 documents each; gives the documents' ids.
pub fn write_shards(folder: &Path, sentences: usize) -> Vec<Vec<u32>> {
    let texts: Vec<String> = (0..sentences.div_ceil(3))
        .map(|document| {
            let lines: Vec<String> = (0..3).map(|line| sentence(document * 3 + line)).collect();
            lines.join(" ")
        })
        .collect();
    let tokenizer = tokenizer(&texts);
    let end = tokenizer.token_to_id(END).expect("the end is an added token");
    let documents: Vec<Vec<u32>> = texts
        .iter()
        .map(|text| {
            let encoding = tokenizer.encode(text.as_str(), false).expect("encodes");
            let mut ids = encoding.get_ids().to_vec();
            ids.push(end);
            ids
        })
        .collect();

    let tokenizer_path = folder.join("tokenizer.json");
    tokenizer.save(&tokenizer_path, true).expect("saves");
    let mut shards = Vec::new();
    for (position, part) in documents.chunks(40).enumerate() {
        shards.push(write_shard(folder, &format!("{position:05}"), part));
    }
    let manifest = Manifest {
        version: VERSION.to_owned(),
        name: "fixture".to_owned(),
        seed: 1,
        token_type: TokenType::U16,
        tokenizer: TokenizerRecord {
            file: "tokenizer.json".to_owned(),
            hash: hash_of(&tokenizer_path),
            vocabulary: u32::try_from(tokenizer.get_vocab_size(true)).expect("small"),
            end_of_document: Some(end),
        },
        tokens: shards.iter().map(|shard| shard.tokens).sum(),
        documents: documents.len() as u64,
        shards,
        files: BTreeMap::new(),
        mixture: BTreeMap::new(),
        sources: BTreeMap::new(),
        recipe_fingerprint: "0".repeat(32),
        input_fingerprint: "0".repeat(32),
    };
    manifest.save(folder).expect("saves");
    documents
}

fn write_shard(folder: &Path, stem: &str, documents: &[Vec<u32>]) -> ShardRecord {
    let bin = folder.join(format!("{stem}.bin"));
    let idx = folder.join(format!("{stem}.idx"));
    let mut bytes = Vec::new();
    TokenType::U16
        .encode(&documents.concat(), &mut bytes)
        .expect("ids fit");
    fs::write(&bin, &bytes).expect("writes");
    let lengths: Vec<u32> = documents
        .iter()
        .map(|document| u32::try_from(document.len()).expect("short"))
        .collect();
    let mut index = Vec::new();
    write_index(&mut index, TokenType::U16, &lengths).expect("an index");
    fs::write(&idx, &index).expect("writes");
    ShardRecord {
        stem: stem.to_owned(),
        tokens: lengths.iter().map(|&length| u64::from(length)).sum(),
        documents: documents.len() as u64,
        bin_hash: hash_of(&bin),
        idx_hash: hash_of(&idx),
    }
}

fn hash_of(path: &Path) -> String {
    format!("{:032x}", xxh3_128(&fs::read(path).expect("reads")))
}

fn tokenizer(texts: &[String]) -> Tokenizer {
    let mut tokenizer = TokenizerBuilder::new()
        .with_model(BPE::default())
        .with_normalizer(None::<tokenizers::NormalizerWrapper>)
        .with_pre_tokenizer(Some(ByteLevel::new(false, true, true)))
        .with_post_processor(None::<ByteLevel>)
        .with_decoder(Some(ByteLevel::default()))
        .build()
        .expect("a tokenizer");
    let mut trainer = BpeTrainerBuilder::new()
        .vocab_size(VOCABULARY)
        .show_progress(false)
        .special_tokens(vec![AddedToken::from(END, true)])
        .initial_alphabet(ByteLevel::alphabet().into_iter().collect())
        .build();
    tokenizer.train(&mut trainer, texts.iter()).expect("trains");
    tokenizer.into()
}

/// The sentence of a number: always the same, seldom twice.
fn sentence(number: usize) -> String {
    const WHO: [&str; 6] = [
        "the miller",
        "a farmer",
        "the baker",
        "an old horse",
        "the river",
        "my sister",
    ];
    const DOES: [&str; 6] = ["grinds", "carries", "sells", "remembers", "finds", "wants"];
    const WHAT: [&str; 6] = [
        "the rye",
        "two sacks",
        "warm bread",
        "the stones",
        "clean water",
        "a song",
    ];
    const WHEN: [&str; 5] = [
        "at dawn",
        "in winter",
        "every day",
        "after the rain",
        "for the village",
    ];
    let pick = |words: &[&'static str], stride: usize| words[number * stride / 7 % words.len()];
    format!(
        "{} {} {} {}.",
        pick(&WHO, 3),
        pick(&DOES, 11),
        pick(&WHAT, 19),
        pick(&WHEN, 31)
    )
}
