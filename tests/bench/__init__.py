"""The benchmark's own parts: what is pure, and its mechanics in their smallest form. Nothing here looks at a time."""
