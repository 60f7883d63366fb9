dist_man_MANS += man/tessera.1
