"""Makes what the documentation site has beside the pages that people write: from the package's bundle, into `docs/`."""
