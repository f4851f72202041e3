"""What pages cost: run `make bench`."""
