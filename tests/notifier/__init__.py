"""Telling people: working time, words, notices, the post and its channels."""
