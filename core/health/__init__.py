"""Health of a collection: does what is stored still hold, and do the pictures still look as they did?"""
