//! A disk that is full, or a file that may not grow: the message names the path, nothing half-written passes for whole,
//! and with room the same command goes on to the same bytes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::corpus;
use super::mill::{Mill, contents, gristmill, run, skipped};

/// A mill over all pages, and what it leaves where nothing is in the way.
fn mill() -> Mill {
    let mill = Mill::new();
    fs::create_dir_all(mill.path("raw")).expect("a folder");
    fs::write(mill.path("recipe.toml"), corpus::recipe("raw")).expect("written");
    fs::write(mill.path("raw/good.jsonl"), corpus::jsonl(&corpus::pages())).expect("written");
    mill
}

fn curate_into(mill: &Mill, work: &Path, out: &Path) -> Command {
    let mut command = gristmill();
    command
        .current_dir(mill.path(""))
        .args(["curate", "recipe.toml", "--json"]);
    command.arg("--set").arg(format!("work={}", work.display()));
    command.arg("--set").arg(format!("shards.out={}", out.display()));
    command
}

/// A small file system in memory, gone with this value.
struct SmallDisk {
    path: PathBuf,
}

impl SmallDisk {
    /// None where the system does not let the test mount anything.
    fn mounted_at(path: PathBuf) -> Option<Self> {
        fs::create_dir_all(&path).expect("a folder");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(&path);
        mount
            .output()
            .is_ok_and(|output| output.status.success())
            .then_some(Self { path })
    }

    /// Fills the disk up to the last `free` bytes.
    fn leave(&self, free: usize) {
        let ballast = self.path.join("ballast");
        let mut bytes = 1 << 20;
        while fs::write(&ballast, vec![b'-'; bytes]).is_err() {
            bytes -= 4096;
        }
        fs::write(&ballast, vec![b'-'; bytes - free]).expect("less than before");
    }

    fn make_room(&self) {
        fs::remove_file(self.path.join("ballast")).expect("removed");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg(&self.path).status();
        assert!(
            unmounted.is_ok_and(|status| status.success()),
            "{} stays mounted",
            self.path.display()
        );
    }
}

/// Runs `command` with less and less in its way; each failure names a path below `disk` and leaves no whole shards.
#[track_caller]
fn assert_recovers(disk: &SmallDisk, mut command: Command, out: &Path, whole: &Path) {
    let mut failures = 0;
    for free in [4 << 10, 16 << 10, 32 << 10, 64 << 10, 96 << 10, 128 << 10] {
        disk.leave(free);
        let ran = run(&mut command);
        if ran.status == Some(0) {
            break;
        }
        failures += 1;
        let named = disk.path.to_string_lossy().into_owned();
        ran.with_status(1).saying(&[&named, "No space left"]);
        run(gristmill().arg("verify").arg(out))
            .with_status(1)
            .saying(&["manifest.json"]);
    }
    assert!(failures >= 2, "the disk was full in more than one stage");
    disk.make_room();
    run(&mut command).with_status(0);
    assert_eq!(contents(out), contents(whole));
}

#[test]
fn a_full_disk_is_named_and_the_run_goes_on_when_there_is_room() {
    let mill = mill();
    run(&mut curate_into(&mill, &mill.work(), &mill.out())).with_status(0);
    let Some(disk) = SmallDisk::mounted_at(mill.path("disk")) else {
        skipped("this system does not let the tests mount a small file system: no full disk");
        return;
    };
    let out = disk.path.join("out");
    let command = curate_into(&mill, &disk.path.join("work"), &out);
    assert_recovers(&disk, command, &out, &mill.out());
}

#[test]
fn a_full_disk_of_the_shards_alone_is_named() {
    let mill = mill();
    run(&mut curate_into(&mill, &mill.work(), &mill.out())).with_status(0);
    let Some(disk) = SmallDisk::mounted_at(mill.path("disk")) else {
        skipped("this system does not let the tests mount a small file system: no full disk");
        return;
    };
    let out = disk.path.join("out");
    let command = curate_into(&mill, &mill.work(), &out);
    assert_recovers(&disk, command, &out, &mill.out());
}

/// Where nothing can be mounted, a limit on the size of files stands in for the full disk.
#[cfg(unix)]
#[test]
fn a_file_that_may_not_grow_is_named() {
    let mill = mill();
    run(&mut curate_into(&mill, &mill.work(), &mill.out())).with_status(0);
    let (work, out) = (mill.path("limited-work"), mill.path("limited-out"));
    let limited = |blocks: u32| {
        let mut command = Command::new("sh");
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        command
            .arg("-c")
            .arg(script)
            .arg(env!("CARGO_BIN_EXE_gristmill"))
            .current_dir(mill.path(""));
        command.args(["curate", "recipe.toml", "--json"]);
        command.arg("--set").arg(format!("work={}", work.display()));
        command.arg("--set").arg(format!("shards.out={}", out.display()));
        command
    };
    let mut failures = 0;
    // Blocks of 512 bytes.
    for blocks in [8, 32, 64, 128] {
        let ran = run(&mut limited(blocks));
        if ran.status == Some(0) {
            break;
        }
        failures += 1;
        ran.with_status(1).saying(&["limited-", "File too large"]);
        assert!(!out.join("manifest.json").exists());
    }
    assert!(failures >= 2, "the limit was met in more than one place");
    run(&mut curate_into(&mill, &work, &out)).with_status(0);
    assert_eq!(contents(&out), contents(&mill.out()));
}
