"""The register of one occasion: who is expected, who came, and putting a save right."""
