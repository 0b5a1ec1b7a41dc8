"""Groups of copies, and the choice of the picture to keep in each."""
