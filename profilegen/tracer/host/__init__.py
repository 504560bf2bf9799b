"""What /proc, /sys and tracefs say."""
