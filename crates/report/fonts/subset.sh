#!/usr/bin/env bash
# Makes the embedded faces. Needs python3 with fonttools (made with 4.68.0).
# Inter: static weights, few scripts, tabular digits; from the Python package fontpkg-inter 4.1.post1.
# Droid Sans Fallback, for what Inter lacks: kana, Hangul, and the Han of GB 2312, Big5 level 1, JIS X 0208 and
# KS X 1001; from the Debian package fonts-droid-fallback 6.0.1r16. Scripts that need shaping are left out.
# Usage: subset.sh "Inter[opsz,wght].ttf" DroidSansFallback.ttf
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
plain=(--layout-features='' --name-IDs='*' --no-hinting)
for face in Regular:400 SemiBold:600; do
  name=${face%%:*} weight=${face##*:}
  fonttools varLib.instancer "$1" opsz=14 wght="$weight" --output="$work/$name.ttf" --no-recalc-timestamp --quiet
  # The instancer leaves the substitution for tabular digits as a feature; make its glyphs the default ones.
  python3 - "$work/$name.ttf" <<'PY'
import sys
from fontTools.ttLib import TTFont
font = TTFont(sys.argv[1], recalcTimestamp=False)
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
  fonttools subset "$work/$name.ttf" --output-file="$here/Inter-$name.ttf" "${plain[@]}" \
    --drop-tables+=GSUB,GPOS,GDEF,STAT,MVAR,HVAR \
    --unicodes='U+0020-007E,U+00A0-024F,U+0259,U+02B9-02DD,U+0370-0482,U+048A-04FF,U+1E00-1EFF,U+2000-20CF,U+2100-22FF,U+2460-27BF'
done
python3 - >"$work/han" <<'PY'
# The characters of the four national standards, by way of the encodings that hold them.
standards = {"gb2312": (0xA1, 0xFF), "euc_jp": (0xA1, 0xFF), "euc_kr": (0xA1, 0xFF), "big5": (0xA4, 0xC7)}
found = set()
for encoding, (first, end) in standards.items():
    for lead in range(first, end):
        for trail in range(0x40, 0xFF):
            text = bytes([lead, trail]).decode(encoding, "ignore")
            if len(text) == 1 and "\u4e00" <= text <= "\u9fff":
                found.add(ord(text))
print(",".join(f"{code:04X}" for code in sorted(found)))
PY
fonttools subset "$2" --output-file="$here/DroidSansFallback.ttf" "${plain[@]}" --notdef-outline \
  --drop-tables+=GSUB,GPOS,GDEF,vhea,vmtx,VORG,BASE,gasp \
  --unicodes="U+3001-303F,U+3041-30FF,U+3105-312F,U+3131-318E,U+3200-33FF,U+AC00-D7A3,U+FF01-FFEF,$(cat "$work/han")"
rm -r "$work"
