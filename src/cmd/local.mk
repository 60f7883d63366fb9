bin_PROGRAMS += tessera
tessera_SOURCES = \
	src/cmd/commands.h \
	src/cmd/create.c \
	src/cmd/fetch.c \
	src/cmd/fetch.h \
	src/cmd/get.c \
	src/cmd/hashers.c \
	src/cmd/hashers.h \
	src/cmd/opt.c \
	src/cmd/opt.h \
	src/cmd/progress.c \
	src/cmd/progress.h \
	src/cmd/report.c \
	src/cmd/report.h \
	src/cmd/show.c \
	src/cmd/tree.c \
	src/cmd/tree.h \
	src/cmd/verify.c \
	src/main.c
tessera_LDADD = $(LIBS_ENGINE)
