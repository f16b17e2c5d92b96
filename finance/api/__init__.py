"""The web door of this floor."""
