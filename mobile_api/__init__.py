"""The phones' door: the versioned contract under `/mobile/v1`."""
