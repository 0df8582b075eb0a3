"""Published findings as experiments that the model can repeat: who, what was done, what was read, what came out."""
