//! Archives as other programs write them, and as nobody honest does.

use std::io::{Cursor, Write};

use ::zip::CompressionMethod;
use ::zip::write::{SimpleFileOptions, ZipWriter};
use proptest::prelude::*;

use super::*;

/// An archive of `files`, written by another implementation.
pub(in crate::read) fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    packed_by(files, SimpleFileOptions::default())
}

fn packed_by(files: &[(&str, &[u8])], options: SimpleFileOptions) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, options).expect("starts");
        writer.write_all(bytes).expect("writes");
    }
    writer.finish().expect("finishes").into_inner()
}

fn refusal(archive: &[u8], index: usize) -> String {
    match Zip::of_bytes(archive).expect("a directory").read(index, 1 << 30) {
        Err(EntryError::Refused(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

proptest! {
    #[test]
    fn what_another_program_packed_is_unpacked(
        files in prop::collection::btree_map("[a-z]{1,8}(/[a-zé]{1,8})?", prop::collection::vec(any::<u8>(), 0..400), 0..6),
        stored in any::<bool>(),
        large in any::<bool>(),
        preamble in prop::collection::vec(any::<u8>(), 0..50),
    ) {
        let method = if stored { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(method).large_file(large);
        let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let archive = [preamble, packed_by(&files, options)].concat();
        let mut zip = Zip::of_bytes(archive).expect("a directory");
        prop_assert_eq!(zip.damage(), None);
        prop_assert_eq!(zip.entries().len(), files.len());
        for (name, bytes) in files {
            let index = zip.find(name).expect("an entry");
            prop_assert_eq!(zip.read(index, 400).expect("reads"), bytes);
        }
    }

    #[test]
    fn changed_bytes_give_the_same_text_or_a_reason(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let files: [(&str, &[u8]); 2] = [("a", &[b'x'; 300]), ("b", b"yes")];
        let mut archive = packed(&files);
        let at = at.index(archive.len());
        archive[at] = byte;
        let Ok(mut zip) = Zip::of_bytes(archive) else { return Ok(()) };
        for index in 0..zip.entries().len() {
            if let Ok(bytes) = zip.read(index, 1 << 20) {
                prop_assert!(bytes.is_empty() || files.iter().any(|(_, known)| *known == bytes));
            }
        }
    }
}

#[test]
fn a_cut_off_archive_gives_the_entries_that_are_whole() {
    let long = b"twenty bytes of text".repeat(9);
    let files: [(&str, &[u8]); 3] = [("a", b"one"), ("b", &long), ("c", b"three")];
    let seekable = packed(&files);
    // As a pipe is written to: the sizes stand behind the bytes.
    let mut writer = ZipWriter::new_stream(Vec::new());
    for (name, bytes) in files {
        writer
            .start_file(name, SimpleFileOptions::default())
            .expect("starts");
        writer.write_all(bytes).expect("writes");
    }
    let streamed = writer.finish().expect("finishes").into_inner();
    for archive in [seekable, streamed] {
        let directory = memchr::memmem::find(&archive, &0x0201_4b50_u32.to_le_bytes()).expect("one");
        let last = memchr::memmem::rfind(&archive[..directory], &LOCAL_HEADER.to_le_bytes()).expect("three");
        let mut zip = Zip::of_bytes(&archive[..last + 32]).expect("two entries");
        let damage = zip.damage().unwrap_or_default().to_owned();
        assert!(damage.contains("the 2 entries"), "{damage}");
        assert_eq!(zip.read(0, 1000).expect("reads"), b"one");
        assert_eq!(zip.read(1, 1000).expect("reads"), long);
        let whole = Zip::of_bytes(&archive[..directory + 9]).expect("three");
        assert_eq!(whole.entries().len(), 3);
    }
}

#[test]
fn a_limit_is_a_limit() {
    let mut zip = Zip::of_bytes(packed(&[("a", &[0; 1000])])).expect("a directory");
    assert!(matches!(zip.read(0, 999), Err(EntryError::TooLarge(1000))));
    assert_eq!(zip.read(0, 1000).expect("fits").len(), 1000);
}

#[test]
fn an_archive_of_zeros_is_a_bomb() {
    let zeros = vec![0; 40 << 20];
    assert!(refusal(&packed(&[("zeros", &zeros)]), 0).contains("1,000 times"));
    // Text that repeats itself is none.
    let lines = "the same line again and again\n".repeat(60_000);
    let mut zip = Zip::of_bytes(packed(&[("lines", lines.as_bytes())])).expect("a directory");
    assert_eq!(zip.read(0, 1 << 30).expect("reads").len(), lines.len());
}

#[test]
fn sizes_that_lie_are_found_out() {
    let text = b"twenty bytes of text".repeat(9);
    let archive = packed(&[("a", &text)]);
    let directory = memchr::memmem::rfind(&archive, &0x0201_4b50_u32.to_le_bytes()).expect("one");
    let lie = |size: u32| {
        let mut archive = archive.clone();
        archive[directory + 24..directory + 28].copy_from_slice(&size.to_le_bytes());
        archive
    };
    assert!(refusal(&lie(10), 0).contains("more bytes than it says"));
    assert!(refusal(&lie(1000), 0).contains("ends after 180 of the 1000"));
}

#[test]
fn entries_over_one_another_are_refused_but_for_the_first() {
    // Every entry of the directory names the same bytes.
    let archive = packed(&[("a", b"the kernel of a bomb"), ("b", b"another one")]);
    let header = 0x0201_4b50_u32.to_le_bytes();
    let first = memchr::memmem::find(&archive, &header).expect("one");
    let second = memchr::memmem::rfind(&archive, &header).expect("two");
    let mut bomb = archive.clone();
    let (source, target) = (first + 20..first + 46, second + 20);
    bomb.copy_within(source, target);
    assert!(refusal(&bomb, 1).contains("overlaps"));
    let mut zip = Zip::of_bytes(bomb).expect("a directory");
    assert_eq!(zip.read(0, 100).expect("reads"), b"the kernel of a bomb");
}

#[test]
fn an_entry_beyond_the_archive_is_refused_at_a_place_in_it() {
    let archive = packed(&[("a", b"one"), ("b", b"two")]);
    let header = memchr::memmem::find(&archive, &0x0201_4b50_u32.to_le_bytes()).expect("one");
    let mut beyond = archive.clone();
    beyond[header + 42..header + 46].copy_from_slice(&0x1404_0000_u32.to_le_bytes());
    assert!(refusal(&beyond, 0).contains("no entry where the directory says"));
    let mut zip = Zip::of_bytes(beyond).expect("a directory");
    assert!(zip.entries()[0].offset < archive.len() as u64);
    assert_eq!(zip.read(1, 100).expect("the other is read"), b"two");
}

#[test]
fn what_cannot_be_read_is_said() {
    let options = SimpleFileOptions::default();
    let mut archive = packed_by(&[("a", b"secret")], options);
    let header = memchr::memmem::find(&archive, &0x0201_4b50_u32.to_le_bytes()).expect("one");
    archive[header + 8] |= 1;
    assert!(refusal(&archive, 0).contains("encrypted"));
    archive[header + 8] = 0;
    archive[header + 10] = 98;
    assert!(refusal(&archive, 0).contains("method 98"));
    let error = Zip::of_bytes(&b"PK\x03\x04 and then nothing"[..]).expect_err("no directory");
    assert!(matches!(error, StreamError::Damaged { .. }), "{error:?}");
}

#[test]
fn kinds_and_repeated_names_are_told() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    writer.add_directory("folder", options).expect("adds");
    writer.add_symlink("link", "/etc/passwd", options).expect("adds");
    let archive = writer.finish().expect("finishes").into_inner();
    let zip = Zip::of_bytes(archive).expect("a directory");
    let kinds: Vec<Kind> = zip.entries().iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [Kind::Folder, Kind::Special]);

    let mut archive = packed(&[("a1", b"one"), ("a2", b"two")]);
    for at in 0..archive.len() - 1 {
        if &archive[at..at + 2] == b"a2" {
            archive[at + 1] = b'1';
        }
    }
    let repeats: Vec<bool> = Zip::of_bytes(archive)
        .expect("a directory")
        .entries()
        .iter()
        .map(|entry| entry.repeats)
        .collect();
    assert_eq!(repeats, [false, true]);
}
