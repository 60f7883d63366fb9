# Checks of the source itself, in sh, awk and nm. Each reads NAME.allow, where
# there is one, for its exceptions; selftest.sh shows that each can fail.
# `make check` runs those of LINTS_CHECK, `make lint` runs all.
LINTS_CHECK = \
	tests/lint/banned.sh \
	tests/lint/headers.sh \
	tests/lint/layers.sh \
	tests/lint/manual.sh \
	tests/lint/selftest.sh \
	tests/lint/symbols.sh
LINTS_WHOLE = \
	tests/lint/format.sh \
	tests/lint/sizes.sh \
	tests/lint/tests.sh
dist_check_SCRIPTS += $(LINTS_CHECK) $(LINTS_WHOLE)
TESTS += $(LINTS_CHECK)
EXTRA_DIST += tests/lint/report.awk tests/lint/strip.awk \
	tests/lint/headers.allow \
	tests/lint/sizes.allow tests/lint/symbols.allow tests/lint/tests.allow
# No test asks anybody of the network that it runs in.
AM_TESTS_ENVIRONMENT = CC='$(CC)'; AR='$(AR)'; TESSERA_OFFLINE=1; \
	export CC AR TESSERA_OFFLINE;

lint: all
	@status=0; for lint in $(LINTS_CHECK) $(LINTS_WHOLE); do \
	  echo "  LINT     $$lint"; \
	  $(AM_TESTS_ENVIRONMENT) srcdir=$(srcdir) $(srcdir)/$$lint \
	    || test $$? -eq 77 || status=1; \
	done; exit $$status
.PHONY: lint
