"""The AppArmor profile, which takes more than one file."""
