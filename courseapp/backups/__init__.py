"""A copy of the whole site that can be trusted, and the way back from it.

A backup is a folder: the database as of one instant, the files that its rows name, what it is
(`about.json`) and the hash of each of these (`SHA256SUMS`, which `sha256sum --check` reads too).
"""
