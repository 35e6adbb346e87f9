#!/usr/bin/env bash
# Makes the two embedded faces from Inter's variable font: static weights, few scripts, tabular digits.
# Needs python3 with fonttools; the font is in the Python package fontpkg-inter 4.1.post1.
# Usage: subset.sh "Inter[opsz,wght].ttf"
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
for face in Regular:400 SemiBold:600; do
  name=${face%%:*} weight=${face##*:}
  fonttools varLib.instancer "$1" opsz=14 wght="$weight" --output="$work/$name.ttf" --quiet
  # The instancer leaves the substitution for tabular digits as a feature; make its glyphs the default ones.
  python3 - "$work/$name.ttf" <<'PY'
import sys
from fontTools.ttLib import TTFont
font = TTFont(sys.argv[1])
gsub = font["GSUB"].table
lookups = {i for r in gsub.FeatureList.FeatureRecord if r.FeatureTag == "tnum" for i in r.Feature.LookupListIndex}
tabular = {}
for i in lookups:
    for sub in gsub.LookupList.Lookup[i].SubTable:
        sub = getattr(sub, "ExtSubTable", sub)
        tabular.update(getattr(sub, "mapping", {}))
for table in font["cmap"].tables:
    for code, glyph in table.cmap.items():
        if glyph in tabular and chr(code) in "0123456789":
            table.cmap[code] = tabular[glyph]
font.save(sys.argv[1])
PY
  fonttools subset "$work/$name.ttf" --output-file="$here/Inter-$name.ttf" --layout-features='' --name-IDs='*' \
    --no-hinting --drop-tables+=GSUB,GPOS,GDEF,STAT,MVAR,HVAR \
    --unicodes='U+0020-007E,U+00A0-017F,U+018F,U+0192,U+0218-021B,U+0259,U+0370-03FF,U+0400-045F,U+1E9E,U+2000-2015,U+2018-2026,U+202F,U+2030,U+2032-2033,U+2039-203A,U+20AC,U+20BD,U+2116,U+2122,U+2190-2193,U+2212,U+221E,U+2248,U+2260,U+2264-2265'
done
rm -r "$work"
