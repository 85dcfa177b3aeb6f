# SPDX-License-Identifier: Apache-2.0
# Our comments as Doxygen wants them: `//` in front of a declaration documents it, `// ...` behind a
# member documents that, and the comment at the top is the file's. Their text is plain.
1{
  s,.*,/// @file,
  b
}
/^ *\/\/ ----/d
/^ *\/\//{
  s,[\\@<>#%&],\\&,g
  s,^( *)//,\1///,
  b
}
/[^ ].* \/\/ /{
  h
  s,^(.*[^ ]) +// .*,\1,
  x
  s,^.*[^ ] +// ,,
  s,[\\@<>#%&],\\&,g
  s,.*,  ///< &,
  H
  x
  s,\n,,
}
