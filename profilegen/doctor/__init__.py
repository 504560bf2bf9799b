"""What recording needs of this machine; each check can be given another place to look."""
