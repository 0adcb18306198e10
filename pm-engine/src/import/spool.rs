//! A file beside the tenant's that holds what later passes need, so that memory does not grow with the input. It has
//! no name for longer than it takes to open it, where the system allows that, and is gone when it is dropped.

use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, Read, Result, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Records being written.
pub(crate) struct Spool {
    out: BufWriter<File>,
    length: u64,
    path: PathBuf,
}

/// Records to be read, in order and as often as needed.
pub(crate) struct Spooled {
    file: File,
    path: PathBuf,
}

impl Spool {
    pub(crate) fn create(folder: &Path) -> Result<Self> {
        let path = folder.join(format!("spool-{}.tmp", uuid::Uuid::new_v4()));
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
        // Where an open file can lose its name it does so now, and a crash leaves nothing behind.
        let _ = std::fs::remove_file(&path);
        Ok(Self { out: BufWriter::new(file), length: 0, path })
    }

    /// Adds a record; answers where it begins.
    pub(crate) fn append(&mut self, number: i64, bytes: &[u8]) -> Result<u64> {
        let at = self.length;
        let size = u32::try_from(bytes.len()).map_err(std::io::Error::other)?;
        self.out.write_all(&number.to_le_bytes())?;
        self.out.write_all(&size.to_le_bytes())?;
        self.out.write_all(bytes)?;
        self.length += 12 + u64::from(size);
        Ok(at)
    }

    pub(crate) fn finish(self) -> Result<Spooled> {
        let path = self.path;
        let file = self.out.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        Ok(Spooled { file, path })
    }
}

impl Spooled {
    /// All records from the first.
    pub(crate) fn records(&mut self) -> Result<Records<'_>> {
        self.file.seek(SeekFrom::Start(0))?;
        Ok(Records { reader: BufReader::with_capacity(64 * 1024, &mut self.file) })
    }

    /// The record that begins there.
    pub(crate) fn at(&mut self, offset: u64) -> Result<Vec<u8>> {
        self.file.seek(SeekFrom::Start(offset))?;
        let record = read_record(&mut self.file)?;
        record.map(|(_, bytes)| bytes).ok_or_else(|| std::io::ErrorKind::UnexpectedEof.into())
    }
}

impl Drop for Spooled {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Reads records one after the other.
pub(crate) struct Records<'a> {
    reader: BufReader<&'a mut File>,
}

impl Records<'_> {
    /// The next record with its number.
    pub(crate) fn next(&mut self) -> Result<Option<(i64, Vec<u8>)>> {
        read_record(&mut self.reader)
    }
}

fn read_record(reader: &mut impl Read) -> Result<Option<(i64, Vec<u8>)>> {
    let mut number = [0; 8];
    match reader.read_exact(&mut number) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut size = [0; 4];
    reader.read_exact(&mut size)?;
    let mut bytes = vec![0; usize::try_from(u32::from_le_bytes(size)).unwrap_or(usize::MAX)];
    reader.read_exact(&mut bytes)?;
    Ok(Some((i64::from_le_bytes(number), bytes)))
}
