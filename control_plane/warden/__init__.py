"""The one process that holds Docker's socket. It knows neither accounts nor databases: a workspace's id, the name of a
plan and a digest come in over its own socket, and from these alone it makes containers and folders."""
