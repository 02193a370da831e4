"""Clocks that jump: of the web, of workers, of the sweeper, of Valkey and of PostgreSQL."""
