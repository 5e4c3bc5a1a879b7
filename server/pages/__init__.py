"""The browser's door: server-rendered pages in Chinese for office and enterprise, one file per subject."""
