"""`folkmoot verify`, part by part: reading files, checking signatures, asking nodes."""
