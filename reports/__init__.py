"""The papers: value struct in, PDF or XLSX out. Figures and papers know no SQL; `queries` alone turns rows into their values."""

from reportlab import rl_config

# A drawing is made of shapes of ours, checked by types: trying every attribute again as it is set takes a third of the time of a map.
rl_config.shapeChecking = 0
