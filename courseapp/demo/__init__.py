"""The demonstration: the sample course, its term laid around today, with work in it."""
