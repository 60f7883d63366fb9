# Keys and settings come from the tables of the program; where it cannot run here,
# the manuals say less.
MANUALS = man/tessera.1 man/tessera.conf.5
nodist_man_MANS = $(MANUALS)
EXTRA_DIST += man/tessera.1.in man/tessera.conf.5.in
CLEANFILES += $(MANUALS) man/keys.mdoc man/settings.mdoc

man/keys.mdoc man/settings.mdoc: tessera$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) man
if CAN_RUN
	$(AM_V_at)./tessera --print-mdoc $$(basename $@ .mdoc) >$@.tmp
else
	$(AM_V_at)echo 'See the program.' >$@.tmp
endif
	$(AM_V_at)mv $@.tmp $@

man/tessera.1: man/keys.mdoc man/tessera.1.in
	$(AM_V_GEN)sed -e '/^@KEYS@$$/{' -e 'r man/keys.mdoc' -e 'd' -e '}' \
	  $(srcdir)/man/tessera.1.in >$@.tmp
	$(AM_V_at)mv $@.tmp $@
man/tessera.conf.5: man/settings.mdoc man/tessera.conf.5.in
	$(AM_V_GEN)sed -e '/^@SETTINGS@$$/{' -e 'r man/settings.mdoc' -e 'd' \
	  -e '}' $(srcdir)/man/tessera.conf.5.in >$@.tmp
	$(AM_V_at)mv $@.tmp $@
