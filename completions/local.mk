# Made by the program of its own tables, so that they are those of this build;
# not where it cannot run here.
bashcompdir = $(datadir)/bash-completion/completions
zshcompdir = $(datadir)/zsh/site-functions
fishcompdir = $(datadir)/fish/vendor_completions.d
COMPLETIONS = completions/tessera completions/_tessera completions/tessera.fish
if CAN_RUN
nodist_bashcomp_DATA = completions/tessera
nodist_zshcomp_DATA = completions/_tessera
nodist_fishcomp_DATA = completions/tessera.fish
endif
CLEANFILES += $(COMPLETIONS)

make_completion = $(AM_V_GEN)$(MKDIR_P) $(@D) && \
	./tessera --print-completion
completions/tessera: tessera
	$(make_completion) bash >$@.tmp && mv $@.tmp $@
completions/_tessera: tessera
	$(make_completion) zsh >$@.tmp && mv $@.tmp $@
completions/tessera.fish: tessera
	$(make_completion) fish >$@.tmp && mv $@.tmp $@
