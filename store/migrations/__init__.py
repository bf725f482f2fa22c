"""Migrations: every schema there was, one step a file."""
