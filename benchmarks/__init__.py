"""What the README's speed table comes from: each figure beside a yardstick that is measured in the same run."""
