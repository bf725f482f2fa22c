"""stub."""
def read_item(file, entry, found): pass
