"""What another catalogue does to the projects a park has: laid side by side for a person, who decides."""
