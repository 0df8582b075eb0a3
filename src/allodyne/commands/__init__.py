"""The commands of ``allodyne``, one file each; what is heavy is imported inside the functions."""
