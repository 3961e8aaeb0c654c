"""Parts of the script that writes the data of the US economy of 2017."""
