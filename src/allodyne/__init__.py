"""Executable, cited model of treatments without drugs for neuropathic pain."""
