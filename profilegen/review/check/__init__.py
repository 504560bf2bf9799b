"""Does what is committed allow what was seen? One module a kind of need."""
