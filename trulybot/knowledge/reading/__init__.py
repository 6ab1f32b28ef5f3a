"""Files become sections of text. One file a format; imported only in the child process, where the libraries live."""
