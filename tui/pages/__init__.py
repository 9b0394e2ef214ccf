"""The pages that open over the main screen, one file or folder each."""
