//! Ctrl-C: the first asks the run to stop at its next step, the second stops it at once and leaves nothing behind.

use std::{
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::failure::INTERRUPTED;

static ASKED: AtomicBool = AtomicBool::new(false);
/// Folders that are being written and have not got their name yet.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Starts to listen for Ctrl-C and SIGTERM.
pub(crate) fn listen() {
    // Without a handler a signal ends the program as usual, with an unfinished folder at worst.
    let _ = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::SeqCst) {
            stop_at_once();
        }
    });
}

#[expect(clippy::exit, reason = "the second Ctrl-C must not wait for threads that do not listen")]
fn stop_at_once() -> ! {
    for folder in UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        let _ = std::fs::remove_dir_all(folder);
    }
    std::process::exit(i32::from(INTERRUPTED))
}

/// The flag that a run watches.
pub(crate) fn flag() -> &'static AtomicBool {
    &ASKED
}

/// Whether the user has asked to stop.
pub(crate) fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}

/// Notes a folder that must not survive a second Ctrl-C.
pub(crate) fn begin(folder: &Path) {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).push(folder.to_owned());
}

/// Does what must not be cut in two: a second Ctrl-C waits for it.
pub(crate) fn undisturbed<T>(work: impl FnOnce() -> T) -> T {
    let _guard = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    work()
}

/// The folder is whole or gone.
pub(crate) fn end(folder: &Path) {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).retain(|other| other != folder);
}
