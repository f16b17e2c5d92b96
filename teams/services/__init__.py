"""What this floor does: one act, one transaction."""
