"""Parts of the script that writes the catalogue of durable goods."""
