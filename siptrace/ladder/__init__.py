"""The ladder diagram as a value that every renderer reads."""
