noinst_LIBRARIES += src/cmd/libcmd.a
src_cmd_libcmd_a_SOURCES = \
	src/cmd/adds.c \
	src/cmd/adds.h \
	src/cmd/commands.c \
	src/cmd/commands.h \
	src/cmd/completion.c \
	src/cmd/completion.h \
	src/cmd/conffile.c \
	src/cmd/conffile.h \
	src/cmd/create.c \
	src/cmd/demo.c \
	src/cmd/demo_data.c \
	src/cmd/demo_data.h \
	src/cmd/demo_keeper.c \
	src/cmd/demo_keeper.h \
	src/cmd/demo_peer.c \
	src/cmd/demo_peer.h \
	src/cmd/demo_plan.c \
	src/cmd/demo_plan.h \
	src/cmd/demo_swarm.c \
	src/cmd/demo_swarm.h \
	src/cmd/dhtopts.c \
	src/cmd/dhtopts.h \
	src/cmd/fetch.c \
	src/cmd/fetch.h \
	src/cmd/fetchopts.c \
	src/cmd/fetchopts.h \
	src/cmd/get.c \
	src/cmd/hashers.c \
	src/cmd/hashers.h \
	src/cmd/hook.c \
	src/cmd/hook.h \
	src/cmd/interrupt.c \
	src/cmd/interrupt.h \
	src/cmd/keylist.c \
	src/cmd/keylist.h \
	src/cmd/logging.c \
	src/cmd/logging.h \
	src/cmd/newfile.c \
	src/cmd/newfile.h \
	src/cmd/offers.c \
	src/cmd/offers.h \
	src/cmd/opt.c \
	src/cmd/opt.h \
	src/cmd/pathcomp.c \
	src/cmd/pathcomp.h \
	src/cmd/peerargs.c \
	src/cmd/peerargs.h \
	src/cmd/prints.c \
	src/cmd/prints.h \
	src/cmd/progress.c \
	src/cmd/progress.h \
	src/cmd/report.c \
	src/cmd/report.h \
	src/cmd/runopts.c \
	src/cmd/runopts.h \
	src/cmd/settings.c \
	src/cmd/settings.h \
	src/cmd/settings_file.c \
	src/cmd/settings_file.h \
	src/cmd/show.c \
	src/cmd/show_magnet.c \
	src/cmd/show_magnet.h \
	src/cmd/spawn.c \
	src/cmd/spawn.h \
	src/cmd/statusline.c \
	src/cmd/statusline.h \
	src/cmd/tree.c \
	src/cmd/tree.h \
	src/cmd/tui.c \
	src/cmd/uihost.c \
	src/cmd/uihost.h \
	src/cmd/uiprefs.c \
	src/cmd/uiprefs.h \
	src/cmd/uiviews.c \
	src/cmd/uiviews.h \
	src/cmd/verify.c \
	src/cmd/watchdir.c \
	src/cmd/watchdir.h
LIBS_CMD = src/cmd/libcmd.a src/ui/libui.a $(LIBS_ENGINE) \
	$(NCURSES_LIBS) $(CONFUSE_LIBS)

bin_PROGRAMS += tessera
tessera_SOURCES = src/main.c
tessera_LDADD = $(LIBS_CMD)
