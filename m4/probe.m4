dnl TESSERA_PROBE_CFLAGS(VARIABLE, FLAGS)
dnl Puts into VARIABLE each of FLAGS that the compiler accepts.
AC_DEFUN([TESSERA_PROBE_CFLAGS], [
  $1=
  for flag in m4_normalize([$2]); do
    AC_MSG_CHECKING([whether $CC accepts $flag])
    save_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS -Werror $flag"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
      [AC_MSG_RESULT([yes]); $1="$[]$1 $flag"],
      [AC_MSG_RESULT([no])])
    CFLAGS=$save_CFLAGS
  done
])

dnl TESSERA_PROBE_LDFLAGS(VARIABLE, FLAGS)
dnl Puts into VARIABLE each of FLAGS that the linker accepts.
AC_DEFUN([TESSERA_PROBE_LDFLAGS], [
  $1=
  for flag in m4_normalize([$2]); do
    AC_MSG_CHECKING([whether the linker accepts $flag])
    save_LDFLAGS=$LDFLAGS
    save_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS -fPIE"
    LDFLAGS="$LDFLAGS -Werror $flag"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
      [AC_MSG_RESULT([yes]); $1="$[]$1 $flag"],
      [AC_MSG_RESULT([no])])
    LDFLAGS=$save_LDFLAGS
    CFLAGS=$save_CFLAGS
  done
])

dnl TESSERA_PROBE_CPPFLAGS(VARIABLE, FLAG-ALWAYS, FLAG, FALLBACK)
dnl Puts into VARIABLE FLAG-ALWAYS and FLAG, or FALLBACK where FLAG is refused
dnl (an older libc warns of a fortification level that it does not have).
AC_DEFUN([TESSERA_PROBE_CPPFLAGS], [
  AC_MSG_CHECKING([whether the C library takes $3])
  save_CPPFLAGS=$CPPFLAGS
  CPPFLAGS="$CPPFLAGS $2 $3 -Werror -O2"
  AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[#include <stdio.h>]], [])],
    [AC_MSG_RESULT([yes]); $1="$2 $3"],
    [AC_MSG_RESULT([no]); $1="$2 $4"])
  CPPFLAGS=$save_CPPFLAGS
])
