"""What a record tells of an act: side, site, size, number, time and further facts."""
