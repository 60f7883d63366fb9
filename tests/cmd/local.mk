# The subcommands that need no engine, tested as the programs they are.
dist_check_SCRIPTS += tests/cmd/test_create.sh tests/cmd/test_show.sh
EXTRA_DIST += tests/cmd/lib.sh
TESTS += tests/cmd/test_create.sh tests/cmd/test_show.sh
