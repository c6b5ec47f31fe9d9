"""Where facts lie and what counts them: engines, the columns derived for them, the rollups."""
