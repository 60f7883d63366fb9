bin_PROGRAMS += tessera
tessera_SOURCES = src/main.c
tessera_LDADD = $(LIBS_ENGINE)
