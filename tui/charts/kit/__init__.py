"""What charts are made of: axes, curves, a canvas, a frame, a legend."""
