"""Words and figures of templates."""
