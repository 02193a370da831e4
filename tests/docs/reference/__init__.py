"""The pages of docs/reference that are made from the program: `make api-reference` writes them, a test compares."""
