//! ballast-ingest
