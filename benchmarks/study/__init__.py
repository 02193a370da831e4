"""The coverage study: made-up submissions whose true quality is known, and the intervals they get."""
