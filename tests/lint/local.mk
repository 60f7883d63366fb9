# Checks of the source itself, in sh, awk and nm. Each reads NAME.allow, where
# there is one, for its exceptions; selftest.sh shows that each can fail.
LINTS = \
	tests/lint/banned.sh \
	tests/lint/format.sh \
	tests/lint/headers.sh \
	tests/lint/layers.sh \
	tests/lint/selftest.sh \
	tests/lint/sizes.sh \
	tests/lint/symbols.sh \
	tests/lint/tests.sh
dist_check_SCRIPTS += $(LINTS)
TESTS += $(LINTS)
EXTRA_DIST += tests/lint/report.awk tests/lint/strip.awk \
	tests/lint/sizes.allow tests/lint/symbols.allow tests/lint/tests.allow
AM_TESTS_ENVIRONMENT = CC='$(CC)'; AR='$(AR)'; export CC AR;
