"""How days and moments are written on pages: as everywhere in the service, the year first."""
