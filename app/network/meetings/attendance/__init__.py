"""Who was there: by list, by a code shown in the room, on a sheet to sign."""
