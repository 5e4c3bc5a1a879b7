"""The papers: value struct in, PDF or XLSX out. Figures and papers know no SQL; `queries` alone turns rows into their values."""
