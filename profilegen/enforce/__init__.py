"""Running a command under profiles: what fails, and what it can do without."""
