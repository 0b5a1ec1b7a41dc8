"""What is asked, what is searched, and what counts as right."""
