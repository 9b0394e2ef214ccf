"""The panes that draw a chart."""
