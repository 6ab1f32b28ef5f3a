"""Reading the public web, guarded: `client.Web` asks, `outcomes` say what came of it. Features open no socket."""
