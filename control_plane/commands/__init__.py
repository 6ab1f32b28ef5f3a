"""What commands do beyond one verb: printing, and waiting until what they asked for has come about."""
