//! ballast-report
