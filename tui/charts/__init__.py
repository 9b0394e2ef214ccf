"""Pictures as pure functions: values -> rows of text. Nothing here knows Textual."""
