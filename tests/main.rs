//! End-to-end tests of the binary: each runs it in a folder of its own.

mod architecture;
mod batch;
mod charts;
mod check;
mod dialects;
mod docs;
mod explain;
mod export;
mod fit;
mod html;
mod init;
mod interrupt;
mod replay;
mod roadmap;
mod runs;
mod sensitivity;
mod shell;
mod support;
mod surface;
mod verify;
mod workbook;
