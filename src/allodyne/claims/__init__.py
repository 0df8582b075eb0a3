"""What the source documents claim: experiments on the network, and verdicts from graded sources."""
