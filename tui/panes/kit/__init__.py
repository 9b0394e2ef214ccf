"""What the panes are made of: a chart, a text, tabs, painting, scrolling."""
