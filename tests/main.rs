//! End-to-end tests of the binary: each runs it in a folder of its own.

mod batch;
mod check;
mod explain;
mod interrupt;
mod runs;
mod shell;
mod support;
