"""What charts are made of: scales, ticks, axes; series, paths, a canvas; a frame, a legend."""
