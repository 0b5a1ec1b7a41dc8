"""The learn screen: drills on the user's own pictures, and the common mistakes."""
