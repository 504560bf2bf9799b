"""Record what a container does and emit the tightest profiles that let it do exactly that.

Python programs use :mod:`profilegen.api`. Every other module is private, and may change in any release.
Importing this package imports nothing else, because every start pays for it.
"""

__version__ = "0.1.0"
