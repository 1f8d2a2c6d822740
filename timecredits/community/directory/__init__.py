"""The support directory: what helps people round here, kept up to date by those who know it, and found however it is spelled."""
