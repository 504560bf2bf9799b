"""Record what a container does and emit the tightest profiles that let it do exactly that."""

__version__ = "0.1.0"
