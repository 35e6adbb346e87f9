//! Engines do not ask whether to go on: one that may take long works on a thread of its own, and whoever waits for it
//! looks whether the run shall end.
//!
//! A thread that nobody waits for any more goes on until its engine ends, or the program does. It has what it works on
//! to itself, and its answer goes nowhere.

use std::{
    io,
    panic::resume_unwind,
    sync::mpsc::{RecvTimeoutError, sync_channel},
    thread,
    time::Duration,
};

use crate::Control;

/// How long one looks away from the interrupt.
const LOOK: Duration = Duration::from_millis(50);
/// Looks at an engine that knows the time limit itself and ends there with what it has: a second.
const LOOKS_PAST_LIMIT: u32 = 20;
/// Bytes of the thread's stack: as many as a program's first thread has.
const STACK: usize = 8 << 20;

/// What `work` answers; none if the run was to end before it had.
///
/// # Errors
/// If there is no thread to be had.
pub(super) fn aside<T: Send + 'static>(
    control: &Control<'_>,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<Option<T>> {
    let (sender, receiver) = sync_channel(1);
    // Without a receiver the answer is dropped.
    let body = move || drop(sender.send(work()));
    let engine = thread::Builder::new().stack_size(STACK).spawn(body)?;
    let mut looks_past_limit = 0;
    loop {
        match receiver.recv_timeout(LOOK) {
            Ok(answer) => return Ok(Some(answer)),
            Err(RecvTimeoutError::Timeout) => {
                looks_past_limit += u32::from(control.seconds_left() <= 0.0);
                if control.is_asked_to_end() || looks_past_limit > LOOKS_PAST_LIMIT {
                    return Ok(None);
                }
            }
            // It ended without an answer: its panic is ours.
            Err(RecvTimeoutError::Disconnected) => match engine.join() {
                Ok(()) => return Ok(None),
                Err(panic) => resume_unwind(panic),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    /// An engine that goes on until the test has ended.
    fn endless(end: std::sync::mpsc::Receiver<()>) -> impl FnOnce() -> u8 + Send + 'static {
        move || {
            let _ = end.recv();
            1
        }
    }

    #[test]
    fn an_engine_that_goes_on_is_left_when_the_flag_is_set() {
        let flag = AtomicBool::new(true);
        let control = Control { interrupt: &flag, ..Control::quiet() };
        let (end, ends) = sync_channel(1);
        assert_eq!(aside(&control, endless(ends)).expect("a thread"), None);
        drop(end);
    }

    #[test]
    fn the_flag_is_seen_while_an_engine_works() {
        static FLAG: AtomicBool = AtomicBool::new(false);
        let control = Control { interrupt: &FLAG, ..Control::quiet() };
        let (end, ends) = sync_channel::<()>(1);
        let work = move || {
            FLAG.store(true, Ordering::Relaxed);
            endless(ends)()
        };
        assert_eq!(aside(&control, work).expect("a thread"), None);
        drop(end);
    }

    #[test]
    fn an_engine_that_does_not_see_its_limit_is_left() {
        let control = Control { seconds_left: Some(&|| 0.0), ..Control::quiet() };
        let (end, ends) = sync_channel(1);
        assert_eq!(aside(&control, endless(ends)).expect("a thread"), None);
        drop(end);
    }

    #[test]
    fn an_answer_is_passed_on() {
        assert_eq!(aside(&Control::quiet(), || 7).expect("a thread"), Some(7));
    }

    #[test]
    #[should_panic(expected = "of the engine")]
    fn a_panic_of_the_engine_is_ours() {
        let _ = aside::<u8>(&Control::quiet(), || panic!("of the engine"));
    }
}
