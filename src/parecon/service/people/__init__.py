"""People and councils: who belongs where, who may act for whom, and until when."""
