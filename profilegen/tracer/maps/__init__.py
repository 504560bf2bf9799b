"""What user space enters into the maps and reads out of them."""
