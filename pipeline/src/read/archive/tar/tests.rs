//! Archives as another program writes them, and damaged ones.

use std::io::Cursor;

use proptest::prelude::*;

use super::*;

/// An archive of `files`, written by another implementation.
pub(in crate::read) fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, name, *bytes).expect("writes");
    }
    builder.into_inner().expect("finishes")
}

/// Every entry with its bytes, and every damage.
fn unpacked(archive: &[u8]) -> (Vec<(Entry, Vec<u8>)>, Vec<(u64, String)>) {
    let mut tar = Tar::new(Stream::new(Cursor::new(archive.to_vec())), 1 << 40);
    let (mut entries, mut damages) = (Vec::new(), Vec::new());
    loop {
        match tar.step().expect("memory does not fail") {
            Step::Entry(entry) => {
                let bytes = tar.read().expect("memory does not fail");
                entries.push((entry, bytes));
            }
            Step::Damaged { offset, message } => damages.push((offset, message)),
            Step::End => return (entries, damages),
        }
    }
}

fn names(archive: &[u8]) -> Vec<String> {
    unpacked(archive).0.into_iter().map(|(entry, _)| entry.name).collect()
}

proptest! {
    #[test]
    fn what_another_program_packed_is_unpacked(
        files in prop::collection::vec(("[a-zé]{1,60}(/[a-z]{1,90}){0,3}", prop::collection::vec(any::<u8>(), 0..1200)), 0..5),
    ) {
        let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let archive = packed(&files);
        let (entries, damages) = unpacked(&archive);
        prop_assert_eq!(damages, vec![]);
        let found: Vec<(&str, &[u8])> = entries.iter().map(|(entry, bytes)| (entry.name.as_str(), bytes.as_slice())).collect();
        prop_assert_eq!(found, files);
    }

    #[test]
    fn changed_bytes_end_and_lose_no_more_than_they_touch(at in 0_usize..2560, byte in any::<u8>()) {
        let mut archive = packed(&[("a", b"one"), ("b", b"two"), ("c", b"three")]);
        archive[at] = byte;
        let (entries, damages) = unpacked(&archive);
        prop_assert!(entries.len() + damages.len() >= 2);
        if at < 512 {
            prop_assert!(entries.iter().any(|(_, bytes)| bytes == b"three"));
        }
    }

    #[test]
    fn arbitrary_blocks_end(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        unpacked(&bytes);
    }
}

#[test]
fn a_damaged_header_costs_its_own_entry() {
    let mut archive = packed(&[("a", b"one"), ("b", b"two"), ("c", b"three")]);
    archive[1024 + 20] ^= 1;
    let (entries, damages) = unpacked(&archive);
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[1].0.offset, 2048);
    assert_eq!(damages.len(), 1);
    assert_eq!(damages[0].0, 1024);
}

#[test]
fn a_cut_off_archive_gives_what_came_before() {
    let archive = packed(&[("a", b"one"), ("b", &[7; 2000])]);
    let (entries, damages) = unpacked(&archive[..2000]);
    assert_eq!(entries[0].1, b"one");
    assert!(entries[1].1.len() < 2000);
    assert_eq!(damages, []);
    let (_, damages) = unpacked(&archive[..1100]);
    assert_eq!(damages, [(1024, "the archive is cut off".to_owned())]);
}

#[test]
fn archives_one_after_another_are_all_read() {
    let both = [packed(&[("a", b"one")]), packed(&[("b", b"two")]), b"junk".repeat(500)].concat();
    assert_eq!(names(&both), ["a", "b"]);
    assert_eq!(unpacked(&both).1, []);
}

#[test]
fn kinds_are_told() {
    let mut builder = ::tar::Builder::new(Vec::new());
    let kinds = [
        (::tar::EntryType::Directory, Kind::Folder),
        (::tar::EntryType::Symlink, Kind::Link),
        (::tar::EntryType::Link, Kind::Link),
        (::tar::EntryType::Fifo, Kind::Special),
        (::tar::EntryType::Block, Kind::Special),
        (::tar::EntryType::GNUSparse, Kind::Special),
        (::tar::EntryType::Regular, Kind::File),
    ];
    for (kind, _) in kinds {
        let mut header = ::tar::Header::new_ustar();
        header.set_entry_type(kind);
        header.set_size(0);
        header.set_path("name").expect("fits");
        header.set_cksum();
        builder.append(&header, std::io::empty()).expect("writes");
    }
    let archive = builder.into_inner().expect("finishes");
    let found: Vec<Kind> = unpacked(&archive).0.iter().map(|(entry, _)| entry.kind).collect();
    assert_eq!(found, kinds.map(|(_, kind)| kind));
}

#[test]
fn pax_attributes_count_for_the_next_entry_alone() {
    let mut builder = ::tar::Builder::new(Vec::new());
    let long = "d/".repeat(200) + "name";
    let attributes = [("path", long.as_bytes()), ("comment", b"a = b".as_slice())];
    builder.append_pax_extensions(attributes).expect("writes");
    for name in ["first", "second"] {
        let mut header = ::tar::Header::new_ustar();
        header.set_size(3);
        builder.append_data(&mut header, name, &b"abc"[..]).expect("writes");
    }
    let archive = builder.into_inner().expect("finishes");
    assert_eq!(names(&archive), [long.as_str(), "second"]);
    // The place of an entry is that of its first header.
    assert_eq!(unpacked(&archive).0[0].0.offset, 0);
}

#[test]
fn names_and_archives_have_bounds() {
    let mut header = ::tar::Header::new_gnu();
    header.set_entry_type(::tar::EntryType::GNULongName);
    header.set_size(1 << 30);
    header.set_path("././@LongLink").expect("fits");
    header.set_cksum();
    let (entries, damages) = unpacked(header.as_bytes());
    assert_eq!(entries.len(), 0);
    assert!(damages[0].1.contains("1073741824 bytes"), "{damages:?}");

    let mut tar = Tar::new(Stream::new(Cursor::new(packed(&[("a", &[0; 9000]), ("b", b"two")]))), 5000);
    assert!(matches!(tar.step(), Ok(Step::Entry(_))));
    assert!(matches!(tar.step(), Ok(Step::Damaged { message, .. }) if message.contains("bomb")));
    assert!(matches!(tar.step(), Ok(Step::End)));
}
