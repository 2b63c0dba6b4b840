//! A raw file as a stream of decompressed bytes, whatever it is compressed with.
//!
//! The codec is told by the file's first bytes, never by its name. Memory is flat: one buffer of compressed and one
//! of decompressed bytes, and the codec's own window (bounded for zstd and xz, whose files can ask for any). A zstd
//! file may bring a dictionary in its first frame, as web archives do ([`zstd_dictionary`]).
//! A damaged or cut-off stream is no failure of the disk: [`StreamError`] keeps the two apart, so that readers can
//! quarantine the one and stop at the other.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use super::RawFile;
use super::disk::{BUFFER_BYTES, Disk, DiskFailure};
use super::stream::Stream;
use crate::recipe::Format;

/// The largest zstd window, as a power of two: 128 MiB, what `zstd -d` accepts without `--long=31`.
pub(super) const ZSTD_WINDOW_LOG: u32 = 27;

/// How the frame of a zstd file begins that holds the dictionary of all others (`.warc.zst`).
const ZSTD_DICTIONARY_MAGIC: [u8; 4] = [0x5d, 0x2a, 0x4d, 0x18];

/// Bytes of the header of a zstd frame that holds no data: magic number and length.
pub(super) const SKIPPABLE_HEADER_BYTES: usize = 8;

/// The largest dictionary, as it lies in the file and decompressed. Those of the Archive Team have 1 MB.
const MAX_DICTIONARY_BYTES: u32 = 64 << 20;

/// Memory for an xz decoder: four times what `xz -9` needs (65 MiB).
const XZ_MEMORY_BYTES: u64 = 256 << 20;

/// Why a stream of decompressed bytes ended early.
#[derive(Debug, thiserror::Error)]
pub(super) enum StreamError {
    /// The disk failed.
    #[error("the disk failed: {0}")]
    Disk(io::Error),
    /// What is compressed is cut off or damaged.
    #[error("cut off or damaged at byte {at} of the decompressed stream: {message}")]
    Damaged {
        /// How many decompressed bytes came before.
        at: u64,
        /// What the codec said.
        message: String,
    },
}

/// What is said of a compressed file that ends before its data does.
const TOO_EARLY: &str = "the compressed file ends too early";

impl StreamError {
    /// Whether the data ended too early, and what came before is sound.
    pub(super) fn is_cut_off(&self) -> bool {
        matches!(self, Self::Damaged { message, .. } if message == TOO_EARLY)
    }

    /// The error that [`StreamError::of`] makes this of.
    pub(super) fn into_io(self) -> io::Error {
        match self {
            Self::Disk(error) => io::Error::other(DiskFailure(error)),
            Self::Damaged { message, .. } => io::Error::other(message),
        }
    }

    /// Sorts an error of a codec into the disk's and its own.
    pub(super) fn of(error: io::Error, at: u64) -> Self {
        match DiskFailure::unmark(error) {
            Ok(failure) => Self::Disk(failure),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Self::Damaged {
                at,
                message: TOO_EARLY.to_owned(),
            },
            Err(error) => Self::Damaged {
                at,
                message: error.to_string().to_lowercase(),
            },
        }
    }
}

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    /// Not at all.
    Plain,
    /// Gzip (RFC 1952), one member or several.
    Gzip,
    /// Zstandard (RFC 8878), one frame or several.
    Zstd,
    /// Bzip2, one stream or several.
    Bzip2,
    /// The .xz format, one stream or several.
    Xz,
    /// One that is known by this name, and not read.
    Unread(&'static str),
}

impl Codec {
    /// The codec of a file that begins with `bytes`.
    pub(super) fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0x1f, 0x8b, 8, ..] => Self::Gzip,
            // A skippable frame may stand first: pzstd and seekable zstd write one.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Self::Bzip2,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            [0x04, 0x22, 0x4d, 0x18, ..] => Self::Unread("lz4"),
            [b'L', b'Z', b'I', b'P', 0 | 1, ..] => Self::Unread("lzip"),
            [0x1f, 0x9d, ..] => Self::Unread("compress (.Z)"),
            [0xff, 6, 0, 0, b's', b'N', b'a', b'P', b'p', b'Y', ..] => Self::Unread("snappy"),
            [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => Self::Unread("7z"),
            _ => Self::Plain,
        }
    }
}

/// A stream over any codec.
pub(super) type AnyStream = Stream<Box<dyn BufRead>>;

/// Opens `file` as a stream of decompressed bytes.
///
/// # Errors
/// When the file cannot be opened or its first bytes cannot be read.
pub(super) fn open(file: &RawFile) -> io::Result<AnyStream> {
    let mut disk = Disk::open(file)?;
    let codec = Codec::of(disk.fill_buf()?);
    Ok(Stream::new(decoder(disk, codec)?))
}

/// The decompressed bytes of the file at `path`, for those who look for no documents in it.
///
/// # Errors
/// When the file cannot be opened or its first bytes cannot be read.
pub(crate) fn open_plain(path: &str) -> io::Result<Box<dyn BufRead>> {
    let mut disk = Disk::open(&RawFile::new(path, Format::Text))?;
    let codec = Codec::of(disk.fill_buf()?);
    decoder(disk, codec)
}

/// Opens the range of `file`, or all of it. Only files that are not compressed have ranges.
///
/// # Errors
/// As for [`open`].
pub(super) fn open_range(file: &RawFile) -> io::Result<AnyStream> {
    let Some(range) = &file.range else {
        return open(file);
    };
    let mut disk = Disk::open(file)?;
    disk.seek_to(range.start).map_err(StreamError::into_io)?;
    Ok(Stream::at(range.start, Box::new(disk)))
}

/// The decompressed bytes of `raw`. What is wrong with them is said when they are read.
pub(super) fn decoder(mut raw: impl BufRead + 'static, codec: Codec) -> io::Result<Box<dyn BufRead>> {
    fn buffered(decoder: impl Read + 'static) -> Box<dyn BufRead> {
        Box::new(BufReader::with_capacity(BUFFER_BYTES, decoder))
    }
    Ok(match codec {
        Codec::Plain => Box::new(raw),
        Codec::Gzip => buffered(MultiGzDecoder::new(raw)),
        Codec::Zstd => {
            let dictionary = match zstd_dictionary(&mut raw) {
                Ok(dictionary) => dictionary,
                Err(error) => return Ok(buffered(Failing(Some(error)))),
            };
            let mut decoder = zstd::Decoder::with_dictionary(raw, &dictionary)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG)?;
            buffered(decoder)
        }
        Codec::Bzip2 => buffered(bzip2::bufread::MultiBzDecoder::new(raw)),
        Codec::Xz => {
            let concatenated = liblzma::stream::CONCATENATED;
            let stream = liblzma::stream::Stream::new_stream_decoder(XZ_MEMORY_BYTES, concatenated)?;
            buffered(liblzma::bufread::XzDecoder::new_stream(raw, stream))
        }
        Codec::Unread(name) => {
            let message = format!("it is compressed with {name}; gzip, zstd, bzip2 and xz are read");
            buffered(Failing(Some(io::Error::other(message))))
        }
    })
}

/// Takes the dictionary from the first frame of a zstd file, if it is there; it may be compressed itself. Nothing is
/// taken from a file without one.
pub(super) fn zstd_dictionary(raw: &mut dyn BufRead) -> io::Result<Vec<u8>> {
    let beginning = raw.fill_buf()?;
    let Some(length) = skippable_length(beginning).filter(|_| beginning.starts_with(&ZSTD_DICTIONARY_MAGIC))
    else {
        return Ok(Vec::new());
    };
    if length > MAX_DICTIONARY_BYTES {
        return Err(io::Error::other(format!("a zstd dictionary of {length} bytes")));
    }
    raw.consume(SKIPPABLE_HEADER_BYTES);
    let mut dictionary = Vec::new();
    raw.take(u64::from(length)).read_to_end(&mut dictionary)?;
    if Codec::of(&dictionary) != Codec::Zstd {
        return Ok(dictionary);
    }
    let mut decompressed = Vec::new();
    let decoder = zstd::Decoder::with_buffer(dictionary.as_slice())?;
    let limit = u64::from(MAX_DICTIONARY_BYTES) + 1;
    decoder.take(limit).read_to_end(&mut decompressed)?;
    if decompressed.len() as u64 == limit {
        return Err(io::Error::other("the zstd dictionary is too large"));
    }
    Ok(decompressed)
}

/// The length of a zstd frame without data, if one begins with `bytes`.
pub(super) fn skippable_length(bytes: &[u8]) -> Option<u32> {
    match *bytes {
        [0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d, ..] => Some(u32::from_le_bytes([a, b, c, d])),
        _ => None,
    }
}

/// What cannot be read, and why.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _buffer: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

#[cfg(test)]
mod tests {

    use std::fs::File;
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;
    use crate::read::basket::{compressed, raw_file, write_file};
    use crate::read::stream::Whole;

    const CODECS: [Codec; 5] = [Codec::Plain, Codec::Gzip, Codec::Zstd, Codec::Bzip2, Codec::Xz];

    fn read(bytes: &[u8]) -> Result<Vec<u8>, StreamError> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = write_file(folder.path(), "file", bytes);
        let mut stream = open(&raw_file(&path)).expect("opens");
        match stream.whole(1 << 30)? {
            Whole::Bytes(bytes) => Ok(bytes),
            Whole::TooLarge => Ok(Vec::new()),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn every_codec_gives_back_all_members(
            parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..300), 1..4),
        ) {
            for codec in CODECS {
                let mut file = Vec::new();
                for part in &parts {
                    file.extend(compressed(part, codec));
                }
                // Plain random bytes may look compressed: say that they do not.
                if codec == Codec::Plain && Codec::of(&file) != Codec::Plain {
                    continue;
                }
                prop_assert_eq!(read(&file).expect("reads"), parts.concat());
            }
        }
    }

    #[test]
    fn a_cut_off_stream_is_damage_and_not_the_disks_fault() {
        let text = "some text that is cut off, ".repeat(5000);
        for codec in [Codec::Gzip, Codec::Zstd, Codec::Bzip2, Codec::Xz] {
            let mut file = compressed(text.as_bytes(), codec);
            file.truncate(file.len() - 10);
            let error = read(&file).expect_err("is cut off");
            assert!(
                matches!(error, StreamError::Damaged { .. }),
                "{codec:?}: {error:?}"
            );
        }
    }

    #[test]
    fn what_cannot_be_read_is_the_disks_fault() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().to_str().expect("a name").to_owned();
        let failed = open(&raw_file(&path)).is_err();
        assert!(failed, "a folder is no file");
    }

    #[test]
    fn positions_count_decompressed_bytes() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("lines.gz");
        let mut file = File::create(&path).expect("creates");
        file.write_all(&compressed(b"one\ntwo\n", Codec::Gzip))
            .expect("writes");
        let mut stream = open(&raw_file(path.to_str().expect("a name"))).expect("opens");
        let mut line = Vec::new();
        stream.line(&mut line, 100).expect("reads");
        assert_eq!((line.as_slice(), stream.position()), (b"one\n".as_slice(), 4));
    }
}
