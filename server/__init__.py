"""The service: what is kept, who may do what, and the pages for office and enterprise."""
