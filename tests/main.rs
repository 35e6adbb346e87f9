//! End-to-end tests of the binary: each runs it in a folder of its own.

mod architecture;
mod batch;
mod check;
mod docs;
mod explain;
mod fit;
mod interrupt;
mod runs;
mod shell;
mod support;
