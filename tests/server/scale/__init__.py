"""What only the scale tier promises; what both tiers promise is tested with both in the modules above."""
