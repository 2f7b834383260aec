-- When the place of an incident is corrected, what was predicted for the old one is forgotten.
grant delete on dispatch_drive to mudan_centre;
