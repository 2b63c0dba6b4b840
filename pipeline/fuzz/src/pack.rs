//! Wrappings with checksums. A fuzzer cannot guess a checksum: what lies behind one is wrapped here.

use std::io::Write;

use flate2::write::GzEncoder;
use flate2::{Compression, Crc};

/// What stands between the pieces of an input that are wrapped one by one; in no text in UTF-8.
const SEPARATOR: u8 = 0xff;

/// Gzip members at most: to begin one takes longer than to read it.
const MAX_MEMBERS: usize = 64;

/// The pieces of `bytes`, each as a gzip member.
#[must_use]
pub fn gzip_members(bytes: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    for piece in bytes.splitn(MAX_MEMBERS, |&byte| byte == SEPARATOR) {
        let mut encoder = GzEncoder::new(&mut file, Compression::fast());
        encoder.write_all(piece).expect("memory takes all");
        encoder.finish().expect("memory takes all");
    }
    file
}

/// Bytes of a tar header, and where in it the checksum and the magic number stand.
const BLOCK_BYTES: usize = 512;
const CHECKSUM: std::ops::Range<usize> = 148..156;
const MAGIC: std::ops::Range<usize> = 257..262;

/// Makes the checksum of every tar header in `bytes` right.
pub fn seal_tar(bytes: &mut [u8]) {
    for block in bytes.chunks_exact_mut(BLOCK_BYTES) {
        if &block[MAGIC] != b"ustar" {
            continue;
        }
        block[CHECKSUM].fill(b' ');
        let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
        block[CHECKSUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
}

/// The names of a book's files, in the order of the pieces.
const BOOK: [&str; 7] = [
    "META-INF/container.xml",
    "content.opf",
    "one.xhtml",
    "two.xhtml",
    "nav.xhtml",
    "toc.ncx",
    "META-INF/encryption.xml",
];

/// A book whose files are the pieces of `bytes`, as a zip archive without compression.
#[must_use]
pub fn book(bytes: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut directory = Vec::new();
    let pieces = bytes.split(|&byte| byte == SEPARATOR);
    let count = BOOK.len().min(pieces.clone().count());
    for (name, piece) in BOOK.into_iter().zip(pieces) {
        let mut checksum = Crc::new();
        checksum.update(piece);
        let size = u32::try_from(piece.len()).expect("inputs are small");
        // Version, flags, method, time, date; checksum, sizes; length of the name, no extra field.
        let mut header = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        header.extend(checksum.sum().to_le_bytes());
        header.extend(size.to_le_bytes());
        header.extend(size.to_le_bytes());
        header.extend([u8::try_from(name.len()).expect("names are short"), 0, 0, 0]);

        let offset = u32::try_from(file.len()).expect("inputs are small");
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&header);
        // Comment, disk, attributes.
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());

        file.extend(b"PK\x03\x04");
        file.extend(&header);
        file.extend(name.as_bytes());
        file.extend(piece);
    }
    let count = u8::try_from(count).expect("files are few");
    let start = u32::try_from(file.len()).expect("inputs are small");
    let length = u32::try_from(directory.len()).expect("inputs are small");
    file.extend(&directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend([count, 0, count, 0]);
    file.extend(length.to_le_bytes());
    file.extend(start.to_le_bytes());
    file.extend([0, 0]);
    file
}
