"""The map as a page, a picture and a table, and as what the browser draws it from."""
