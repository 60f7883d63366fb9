# The subcommands, tested as the programs they are.
dist_check_SCRIPTS += tests/cmd/test_completion.sh tests/cmd/test_config.sh \
	tests/cmd/test_create.sh tests/cmd/test_show.sh \
	tests/cmd/test_usage.sh
EXTRA_DIST += tests/cmd/lib.sh
TESTS += tests/cmd/test_completion.sh tests/cmd/test_config.sh tests/cmd/test_create.sh tests/cmd/test_show.sh \
	tests/cmd/test_usage.sh

if HAVE_CHECK
check_PROGRAMS += tests/cmd/test_cmd
TESTS += tests/cmd/test_cmd
tests_cmd_test_cmd_CPPFLAGS = $(TEST_CPPFLAGS)
tests_cmd_test_cmd_LDADD = $(TEST_LIBS) $(LIBS_CMD) $(CHECK_LIBS)
tests_cmd_test_cmd_SOURCES = \
	tests/cmd/suites.c \
	tests/cmd/suites.h \
	tests/cmd/test_conffile.c \
	tests/cmd/test_dhtopts.c \
	tests/cmd/test_hook.c \
	tests/cmd/test_offers.c \
	tests/cmd/test_opt.c \
	tests/cmd/test_pathcomp.c \
	tests/cmd/test_peerargs.c \
	tests/cmd/test_report.c \
	tests/cmd/test_settings.c \
	tests/cmd/test_settings_file.c \
	tests/cmd/test_statusline.c \
	tests/cmd/test_uihost.c \
	tests/cmd/test_watchdir.c \
	tests/disk/tmpdir.c \
	tests/disk/tmpdir.h
endif
