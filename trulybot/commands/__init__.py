"""What the command line does beyond one line: each file a command, named by its verb."""
