"""What people use instead, in our own code: their rule, their thresholds, the same texts and the same protocol."""
