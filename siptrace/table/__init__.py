"""One row a message, in columns: what makes large traces cheap."""
