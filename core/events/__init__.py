"""Events of a photo library: what was photographed on one occasion, told by time, sight and place."""
