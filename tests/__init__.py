"""The tests: a folder per room; `helpers` is what several of them use."""
