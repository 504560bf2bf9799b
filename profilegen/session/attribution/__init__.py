"""Which tests ran while something was seen: they say so through a socket."""
