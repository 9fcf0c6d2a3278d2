"""Drawing: chart data to figures, figures to PNG and SVG that are the same bytes every time."""
