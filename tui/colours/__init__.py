"""The themes, each made readable."""
