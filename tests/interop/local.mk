# to be filled by its own files
