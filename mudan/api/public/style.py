"""How do the public pages look? The statutory colours on white, each with its mark; nothing moves."""

from typing import Final

STYLE: Final = """
:root { color-scheme: light; --l1: #c4161c; --l2: #b35c00; --l3: #8a6d00; --l4: #1463c7; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 46rem; padding: 0 1rem 2rem; color: #1d2126; background: #fff;
  font: 1.0625rem/1.65 "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
header { display: flex; justify-content: space-between; align-items: center; border-bottom: 2px solid #1d2126; }
h1 { font-size: 1.5rem; margin: .6rem 0; }
h2 { font-size: 1.3rem; margin: .3rem 0 .5rem; line-height: 1.4; }
h3 { font-size: 1rem; margin: .8rem 0 .2rem; }
p { margin: .4rem 0; }
a { color: #14497f; }
header a { padding: .6rem; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; background: #fff; padding: .4rem; }
.demo { border: 1px dashed #545c66; padding: .3rem .8rem; }
.none { border: 1px solid #b9c0c8; padding: 1rem; }
article { border: 1px solid #b9c0c8; border-left: .6rem solid; border-radius: .2rem;
  margin: 1rem 0; padding: .6rem 1rem; }
article.level-1 { border-left-color: var(--l1); }
article.level-2 { border-left-color: var(--l2); }
article.level-3 { border-left-color: var(--l3); }
article.level-4 { border-left-color: var(--l4); }
.level { font-weight: 700; margin: 0; }
.level-1 .level { color: var(--l1); }
.level-2 .level { color: var(--l2); }
.level-3 .level { color: var(--l3); }
.level-4 .level { color: var(--l4); }
.do { font-size: 1.15rem; font-weight: 600; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: .2rem 1rem; margin: .8rem 0 0; }
dt { color: #545c66; font-size: .9rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.cap, footer, figcaption { color: #545c66; font-size: .9rem; overflow-wrap: anywhere; }
figure { margin: 1rem 0; }
svg { max-width: 26rem; width: 100%; height: auto; }
.county { fill: #eceef1; stroke: #6b747e; stroke-width: 1.5; }
.area-1, .area-2, .area-3, .area-4 { fill-opacity: .3; stroke-width: 2.5; }
.area-1 { fill: var(--l1); stroke: var(--l1); }
.area-2 { fill: var(--l2); stroke: var(--l2); stroke-dasharray: 8 3; }
.area-3 { fill: var(--l3); stroke: var(--l3); stroke-dasharray: 4 3; }
.area-4 { fill: var(--l4); stroke: var(--l4); stroke-dasharray: 2 3; }
section ul { padding-left: 1.2rem; }
.emergency { margin: 0 -1rem; padding: .5rem 1rem; border-bottom: .3rem solid var(--l1); background: #fff4f4; }
.emergency strong { display: block; color: #8f0d12; }
.field { margin: .9rem 0; }
label { display: block; font-weight: 600; padding: .15rem 0; }
input[type=text], input[type=tel], textarea, select { width: 100%; min-height: 2.75rem; padding: .4rem .6rem;
  border: 1px solid #545c66; border-radius: .2rem; background: #fff; color: inherit; font: inherit; }
input[type=file] { max-width: 100%; min-height: 2.75rem; font: inherit; }
input[type=radio], input[type=checkbox] { width: 1.25rem; height: 1.25rem; vertical-align: -.2rem; }
fieldset { margin: 1rem 0; padding: .3rem .8rem .8rem; border: 1px solid #b9c0c8; min-width: 0; }
fieldset label { min-height: 2.5rem; }
legend { font-weight: 700; padding: 0 .3rem; }
fieldset.alike { border: 2px solid #14497f; }
.alike ul { list-style: none; padding: 0; }
button { min-height: 2.9rem; padding: .4rem 1.2rem; border: 1px solid #14497f; border-radius: .2rem;
  background: #14497f; color: #fff; font: inherit; font-weight: 700; }
button[type=button] { background: #fff; color: #14497f; }
:focus-visible { outline: 3px solid #b35c00; outline-offset: 2px; }
.hint { color: #545c66; font-size: .95rem; margin: .1rem 0; }
.note { border-left: .3rem solid #14497f; padding: .2rem .6rem; }
.wrong { border-left: .3rem solid var(--l1); padding: .2rem .6rem; color: #8f0d12; font-weight: 600; }
.slip dd { font-size: 1.5rem; font-weight: 700; letter-spacing: .05em; user-select: all; }
#preview img { max-width: 12rem; max-height: 12rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid #dfe3e7; vertical-align: top; }
.seek { display: flex; gap: .5rem; }
.seek input { flex: 1; min-width: 0; }
.map-ways, #map-found { display: flex; flex-wrap: wrap; gap: .5rem; }
#map[hidden], button[hidden] { display: none; }
#map-sheet svg { display: block; max-width: none; max-height: 26rem; border: 1px solid #b9c0c8; background: #f8f9fa;
  touch-action: none; cursor: crosshair; }
#map-sheet path { fill: none; stroke: #c3c9d0; vector-effect: non-scaling-stroke; }
#map-sheet .map-outline { stroke: #6b747e; stroke-width: 2; }
#map-sheet .map-rivers, #map-sheet .map-reservoirs { stroke: #8aa5bb; }
#map-sheet text { fill: #343a41; text-anchor: middle; pointer-events: none; }
#map-sheet .map-mark { stroke: #14497f; stroke-width: 4; }
footer { border-top: 1px solid #b9c0c8; margin-top: 2rem; }
"""
