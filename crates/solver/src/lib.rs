//! ballast-solver
