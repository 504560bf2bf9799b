"""What syscall_tables/ holds, as typed values: one module a data file, of the same name."""
