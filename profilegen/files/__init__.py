"""Files on disk: read safely, written whole."""
