"""The page that runs both precisions side by side, and says why one stops."""
